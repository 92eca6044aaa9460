// Package examples holds the examples that ship inside the program: ordinary
// files and ordinary commands.
package examples

import "embed"

// Files are the examples, by name.
//
//go:embed *.yaml *.txt *.xml *.json
var Files embed.FS

// Demo names the commands that make the demo's ledger, and the file they apply.
const (
	Demo     = "demo.txt"
	DemoFile = "rounds.yaml"
)
