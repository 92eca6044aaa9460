// Package plain turns numbers into the words a decider reads: "about £1.2M",
// "8 to 9 in 10 within the next two years", "15 to 40 days".
//
// Every function rounds to what estimates bear, two significant figures, and
// has a partner or an argument for the exact figure. Words come from the
// catalogue (area plain of brief.txt). No function panics on NaN or infinities:
// they read "unknown".
package plain
