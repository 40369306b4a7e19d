// Command frontdesk answers what people ask about a GP care group, in the
// group's own published words. Start reading at run in run.go.
package main

import (
	"context"
	"os"
)

func main() {
	os.Exit(exitStatus(os.Stderr, run(context.Background(), os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)))
}
