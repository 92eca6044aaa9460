// Command parley negotiates security between a team and the people who decide.
//
// The rules of its output: answers go to standard output, as text for people
// or with --json as one object; what went on the way, questions and errors go
// to standard error. Imported text is printed without control characters.
package main

//go:generate go test -run ^TestDocumented$ . -update

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
)

func main() {
	collectLate()
	os.Exit(run())
}

// collectLate puts off the first garbage collection from a heap of 4 MB to one
// of 64 MB, which most commands never reach; from then on collections come as
// usual. Whoever sets GOGC has it as set.
func collectLate() {
	if os.Getenv("GOGC") != "" {
		return
	}
	const usual, late = 100, 1600 // percent of the least heap, 4 MB
	debug.SetGCPercent(late)
	first := new([64]byte) // collected by the first collection
	runtime.AddCleanup(first, func(percent int) { debug.SetGCPercent(percent) }, usual)
}

// run is main with an exit code, so that the command tests can call it.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // who says it twice means at once
	return newApp(os.Stdin, os.Stdout, os.Stderr).execute(ctx, os.Args[1:])
}
