package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"strings"

	"github.com/frontdesk-care/frontdesk/bot/slack"
	"github.com/frontdesk-care/frontdesk/bot/telegram"
	"github.com/frontdesk-care/frontdesk/bot/traffic"
)

// runDoctor tests everything for real and prints a line for each thing.
func runDoctor(ctx context.Context, a *app, args []string) error {
	fs := flag.NewFlagSet("doctor", flag.ContinueOnError)
	if err := a.parse(fs, "", args); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return usagef("doctor takes no arguments")
	}
	findings := []traffic.Finding{a.checkCorpus(), a.checkListen(ctx), a.checkPublic(ctx), a.checkClaims(ctx)}
	findings = append(findings, a.checkChannels(ctx)...)
	problems := 0
	for _, f := range findings {
		sign, says := "ok", f.Good
		if f.Problem != "" {
			problems++
			sign, says = "PROBLEM", f.Problem
		}
		if _, err := fmt.Fprintf(a.stdout, "%-8s %-18s %s\n", sign, f.What, says); err != nil {
			return err
		}
	}
	if problems > 0 {
		return fmt.Errorf("the doctor found %s", count(problems, "problem"))
	}
	return nil
}

func (a *app) checkCorpus() traffic.Finding {
	f := traffic.Finding{What: "Corpus"}
	c, err := a.loadCorpus()
	if err != nil {
		f.Problem = err.Error()
		return f
	}
	f.Good = count(len(c.Documents), "document") + " with " + fmt.Sprint(len(c.Entries())) + " entries, and " + count(len(c.Warnings), "warning")
	return f
}

func (a *app) checkListen(ctx context.Context) traffic.Finding {
	f := traffic.Finding{What: "Web address", Good: a.settings.listen + " is free"}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", a.settings.listen)
	if err != nil && askHealth(ctx, a.settings.local()) == nil {
		f.Good = "a desk is open at " + a.settings.local()
		return f
	}
	if err != nil {
		f.Problem = fmt.Sprintf("cannot listen on %s, as %s says (%v); stop what listens there, or choose another", a.settings.listen, envListen, err)
		return f
	}
	l.Close()
	return f
}

// checkPublic asks at the public address whether a desk answers there.
func (a *app) checkPublic(ctx context.Context) traffic.Finding {
	f := traffic.Finding{What: "Public address", Good: "a desk answers at " + a.settings.desk.PublicURL}
	if a.settings.desk.PublicURL == "" {
		f.Good = "none is set: links follow the browser's address"
		return f
	}
	if err := askHealth(ctx, strings.TrimRight(a.settings.desk.PublicURL, "/")); err != nil {
		f.Problem = "no desk answers there; if `frontdesk serve` runs, check the name, the proxy and its certificate (" + err.Error() + ")"
	}
	return f
}

func (a *app) checkChannels(ctx context.Context) []traffic.Finding {
	log := a.settings.logger(a.stderr)
	findings := []traffic.Finding{{What: "Telegram", Good: "no token, so it is left out"}}
	if a.settings.telegram.Token != "" {
		findings = telegram.New(log, a.settings.telegram, nil, nil, nil).Check(ctx)
	}
	if a.settings.slack.BotToken == "" {
		return append(findings, traffic.Finding{What: "Slack", Good: "no token, so it is left out"})
	}
	return append(findings, slack.New(log, a.settings.slack, nil, nil, nil).Check(ctx)...)
}
