// Package chart draws the pictures of pages, reports and the terminal: one
// look on a small drawing surface.
//
// A [Picture] takes plain numbers and the words to stand beside them, draws
// itself on any [Surface] and gives the same figures as a [Table], which
// stands behind each picture for everybody who would rather read. Shapes are
// drawn in roles (now, after, limit …), never in colours; what a role looks
// like is the surface's business. No meaning hangs on colour alone: now is
// filled, after is outlined and hatched, a limit is dashed.
package chart
