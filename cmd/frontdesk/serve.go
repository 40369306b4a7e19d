package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"time"

	"github.com/frontdesk-care/frontdesk/bot/claims"
	"github.com/frontdesk-care/frontdesk/bot/slack"
	"github.com/frontdesk-care/frontdesk/bot/telegram"
)

// Limits of the HTTP server. A webhook's answer may wait for its turn, which is
// why writing may take longest; Telegram itself hangs up after a minute.
const (
	headerTime   = 5 * time.Second
	readTime     = 15 * time.Second
	writeTime    = 75 * time.Second
	idleTime     = 2 * time.Minute
	maxHeader    = 16 << 10 // bytes
	shutdownTime = 9 * time.Second
)

func runServe(ctx context.Context, a *app, args []string) error {
	fs := flag.NewFlagSet("serve", flag.ContinueOnError)
	if err := a.parse(fs, "", args); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return usagef("serve takes no arguments")
	}
	if a.settings.mainCommand() != "serve" {
		return usagef("there is no channel to serve: set %s or %s, as docs/telegram.md and docs/slack.md show, or use `frontdesk chat`", envTelegramToken, envSlackBotToken)
	}
	return a.withDesk(ctx, func(ctx context.Context, d *desk) error {
		return serve(ctx, a.settings, a.settings.logger(a.stderr), d)
	})
}

// serve runs the channels side by side until ctx ends or one cannot go on.
func serve(ctx context.Context, s settings, log *slog.Logger, d *desk) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	counts := newCounts()
	defer counts.log(log)
	running, routes := channels(log, s, d, claims.NewMemory(), counts)
	if len(routes) > 0 {
		mux := http.NewServeMux()
		for path, h := range routes {
			mux.Handle(path, h)
		}
		listener, err := net.Listen("tcp", s.listen)
		if err != nil {
			return fmt.Errorf("listening on %s, as %s says: %w", s.listen, envListen, err)
		}
		log.Info("listening", "address", listener.Addr().String())
		running = append(running, func(ctx context.Context) error { return serveHTTP(ctx, listener, mux) })
	}
	log.Info("answering; stop with Ctrl-C, and a second one stops at once", "version", version())
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
	return errors.Join(errs...)
}

// channels are those that have a token, and what they want to hear over HTTP, by path.
func channels(log *slog.Logger, s settings, d *desk, claimed *claims.Memory, counts *counts) (running []func(context.Context) error, routes map[string]http.Handler) {
	routes = map[string]http.Handler{}
	if s.telegram.Token != "" {
		c := telegram.New(log, s.telegram, d, claimed, counts)
		running = append(running, c.Run)
		if path := c.WebhookPath(); path != "" {
			routes[path] = c
		}
	}
	if s.slack.BotToken != "" {
		c := slack.New(log, s.slack, d, claimed, counts)
		running = append(running, c.Run)
		maps.Copy(routes, c.Handlers())
	}
	return running, routes
}

// serveHTTP serves until ctx ends, and then lets the requests that are under way finish.
func serveHTTP(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime, IdleTimeout: idleTime, MaxHeaderBytes: maxHeader,
		ErrorLog: log.New(io.Discard, "", 0), // it would name people's addresses
	}
	stopped := make(chan error, 1)
	context.AfterFunc(ctx, func() {
		ctx, cancel := context.WithTimeout(context.Background(), shutdownTime)
		defer cancel()
		stopped <- server.Shutdown(ctx)
	})
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving web requests: %w", err)
	}
	if err := <-stopped; err != nil {
		return fmt.Errorf("waiting for the last web requests: %w", err)
	}
	return nil
}
