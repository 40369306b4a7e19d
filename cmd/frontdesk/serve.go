package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"time"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/bot/desk"
	"github.com/frontdesk-care/frontdesk/bot/metrics"
	"github.com/frontdesk-care/frontdesk/bot/slack"
	"github.com/frontdesk-care/frontdesk/bot/telegram"
)

func runServe(ctx context.Context, a *app, args []string) error {
	fs := flag.NewFlagSet("serve", flag.ContinueOnError)
	if err := a.parse(fs, "", args); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return usagef("serve takes no arguments")
	}
	listener, err := net.Listen("tcp", a.settings.listen)
	if err != nil {
		return fmt.Errorf("listening on %s, as %s says: %w", a.settings.listen, envListen, err)
	}
	defer listener.Close()
	return a.withBot(ctx, func(ctx context.Context, l *loaded) error {
		return serve(ctx, a.settings, a.settings.logger(a.stderr), l, listener)
	})
}

// timed is a bot whose questions are timed.
type timed struct {
	*bot.Bot
	metrics *metrics.Metrics
}

// Ask answers a question.
func (t timed) Ask(ctx context.Context, question string) (bot.Reply, error) {
	at := time.Now()
	defer func() { t.metrics.Asked(time.Since(at)) }()
	return t.Bot.Ask(ctx, question)
}

// channel is what runs beside the desk.
type channel func(context.Context) error

// serve opens the desk and runs the channels beside it, until ctx ends or one
// cannot go on.
func serve(ctx context.Context, s settings, log *slog.Logger, l *loaded, listener net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	m := metrics.New(version())
	m.Loaded(l.corpus)
	defer m.Log(log)
	claimed, closeClaims, err := openClaims(log, s, m)
	if err != nil {
		return err
	}
	running, routes, err := channels(log, s, timed{l.Bot, m}, claimed, m)
	if err != nil {
		return errors.Join(err, closeClaims())
	}
	handler := newHandler(ctx, routes, m, claimsNotes(claimed))
	running = append(running, func(ctx context.Context) error { return serveHTTP(ctx, listener, handler) })
	log.Info("the desk is open; stop with Ctrl-C, and a second one stops at once", "address", addressOf(listener), "version", version())
	ends := make(chan error)
	for _, run := range running {
		go func() {
			err := run(ctx)
			cancel() // one that cannot go on stops the others, too: whoever started the program should know
			ends <- err
		}()
	}
	var errs []error
	for range running {
		errs = append(errs, <-ends)
	}
	return errors.Join(append(errs, closeClaims())...)
}

// channels are those that have a token, and what is served over HTTP, by path.
func channels(log *slog.Logger, s settings, b timed, claimed claimed, m *metrics.Metrics) ([]channel, map[string]http.Handler, error) {
	routes := map[string]http.Handler{}
	var running []channel
	if s.telegram.Token != "" {
		c := telegram.New(log, s.telegram, b, claimed, m.For("telegram"))
		running = append(running, c.Run)
		s.desk.TelegramBot = c.Username
		if path := c.WebhookPath(); path != "" {
			routes[path] = c
		}
	}
	if s.slack.BotToken != "" {
		c := slack.New(log, s.slack, b, claimed, m.For("slack"))
		running = append(running, c.Run)
		maps.Copy(routes, c.Handlers())
	}
	site, err := desk.New(log, s.desk, b, m.For("desk"))
	if err != nil {
		return nil, nil, err
	}
	routes["/"] = site.Handler()
	return running, routes, nil
}
