// Package web serves the pages: what waits for a decision, the brief of each
// threat, the table where the budget is played with, the tasks and the record.
//
// Pages are rendered on the server from one view struct each and work without
// scripts; scripts only make them quicker. The package holds no rules: it asks
// a [Service] and shows what it is told. Every request is somebody's, and every
// page is for who asks: nothing is shown to nobody but the pages to sign in.
package web
