package main

import (
	"context"
	"flag"
	"fmt"

	"github.com/frontdesk-care/frontdesk/bot/slack"
)

func runManifest(_ context.Context, a *app, args []string) error {
	fs := flag.NewFlagSet("slack-manifest", flag.ContinueOnError)
	overHTTP := fs.Bool("http", false, "have Slack deliver to the address in "+envPublicURL+", in place of Socket Mode")
	if err := a.parse(fs, "[-http]", args); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return usagef("slack-manifest takes no arguments")
	}
	if *overHTTP && a.settings.slack.PublicURL == "" {
		return usagef("slack-manifest: -http needs the setting %s", envPublicURL)
	}
	c, err := a.loadCorpus()
	if err != nil {
		return err
	}
	manifest, err := slack.Manifest(c, a.settings.slack.PublicURL, *overHTTP)
	if err != nil {
		return fmt.Errorf("writing the manifest: %w", err)
	}
	_, err = fmt.Fprintf(a.stdout, "%s\n", manifest)
	return err
}
