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
	"syscall"
)

func main() { os.Exit(run()) }

// run is main with an exit code, so that the command tests can call it.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return newApp(os.Stdin, os.Stdout, os.Stderr).execute(ctx, os.Args[1:])
}
