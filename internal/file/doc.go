// Package file reads and writes negotiation files (parley.yaml).
//
// [Read] is strict and patient: it takes nothing it does not know, and reports
// everything that is wrong in one run, each with file, line and column, what
// is wrong and what would be right. Scalars keep the text they were typed
// with, so that an id 007 stays 007 and a quantity can be shown as stated.
//
// [Write] is its inverse: Read(Write(m)) is m. [Schema] is generated from the
// same types, for editors.
package file
