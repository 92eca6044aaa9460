// Package markdown shows what people wrote, in Markdown, on a page, and finds whom
// they ask in it.
//
// What comes out is safe by what is written, not by what is taken away: the text is
// read as CommonMark into a tree, and this package writes the few elements it knows
// around escaped text. Raw HTML, images and link definitions are text like any other,
// so that nothing on the record is hidden. A link leads by http, https or mailto alone,
// and says where where its own words do not.
package markdown
