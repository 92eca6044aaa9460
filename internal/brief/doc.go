// Package brief makes what a decider reads: for each threat the impact in
// plain words, the chance, the typical and the bad loss, the options with what
// they cost and leave, and how sure we are; as view models with the sentences
// in them, for pages, terminals, Markdown and JSON alike. It knows no HTML.
//
// Every figure with its unit, definition and rounding is in docs/briefs.md.
package brief
