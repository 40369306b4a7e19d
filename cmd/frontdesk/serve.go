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
	"os"
	"os/signal"
	"syscall"

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
	demands := make(chan os.Signal, 1)
	signal.Notify(demands, syscall.SIGHUP) // which from now on asks for a reload and no longer ends the program
	defer signal.Stop(demands)
	listener, err := net.Listen("tcp", a.settings.listen)
	if err != nil {
		return fmt.Errorf("listening on %s, as %s says: %w", a.settings.listen, envListen, err)
	}
	defer listener.Close()
	l, err := a.open(ctx)
	if err != nil {
		return err
	}
	log := a.settings.logger(a.stderr)
	warn(log, l.corpus)
	m := metrics.New(version())
	r := &reloader{log: log, app: a, bot: newReplaceable(l, m), metrics: m, demands: demands, seen: l.files}
	return errors.Join(serve(ctx, a.settings, r, listener), r.bot.close())
}

// channel is what runs beside the desk.
type channel func(context.Context) error

// serve opens the desk and runs the channels beside it, until ctx ends or one
// cannot go on.
func serve(ctx context.Context, s settings, r *reloader, listener net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	log, m := r.log, r.metrics
	defer m.Log(log)
	claimed, closeClaims, err := openClaims(log, s, m)
	if err != nil {
		return err
	}
	running, routes, err := channels(log, s, r.bot, claimed, m)
	if err != nil {
		return errors.Join(err, closeClaims())
	}
	handler := newHandler(ctx, log, routes, m, r.notes, claimsNotes(claimed))
	running = append(running, r.run, func(ctx context.Context) error { return serveHTTP(ctx, listener, handler) })
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
func channels(log *slog.Logger, s settings, b *replaceable, claimed claimed, m *metrics.Metrics) ([]channel, map[string]http.Handler, error) {
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
