package main

import (
	"context"
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"
)

func runVersion(_ context.Context, a *app, args []string) error {
	fs := flag.NewFlagSet("version", flag.ContinueOnError)
	if err := a.parse(fs, "", args); err != nil {
		return err
	}
	_, err := fmt.Fprintf(a.stdout, "frontdesk %s, %s %s/%s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// stamped is the version that the build was told, with -ldflags "-X main.stamped=v1.2.3".
var stamped string

// version is what the build was told or, without that, what the Go tool knows.
func version() string {
	if stamped != "" {
		return stamped
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(unknown version)"
	}
	return info.Main.Version
}
