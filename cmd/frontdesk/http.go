package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/netutil"

	"github.com/frontdesk-care/frontdesk/bot/metrics"
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
	maxOpen      = 2_000    // connections; each takes up to 30 kB, and Telegram and Slack need some for themselves
	shutdownTime = 9 * time.Second
)

// newHandler serves the routes, and what watches over the program. It is ready
// until ctx ends; each of notes gives lines for operators to read beside that, and
// nil when all is well.
func newHandler(ctx context.Context, log *slog.Logger, routes map[string]http.Handler, m *metrics.Metrics, notes ...func() []string) http.Handler {
	mux := http.NewServeMux()
	for path, h := range routes {
		mux.Handle(path, h)
	}
	mux.Handle("GET /metrics", m.Handler())
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if ctx.Err() != nil {
			http.Error(w, "stopping", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ready")
		for _, lines := range notes {
			for _, line := range lines() {
				fmt.Fprintln(w, line)
			}
		}
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := time.Now()
		counted := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			if p := recover(); p != nil { // without its value: that may quote the request
				log.Error("a web request could not be handled", "route", route(r), "at", string(debug.Stack()))
				http.Error(counted, "something went wrong; in an emergency, call 999", http.StatusInternalServerError)
			}
			m.Served(route(r), strconv.Itoa(counted.status), time.Since(at))
		}()
		mux.ServeHTTP(counted, r)
	})
}

// route is the pattern that a request fits. Where Telegram delivers is a secret.
func route(r *http.Request) string {
	if strings.HasPrefix(r.Pattern, telegram.WebhookPrefix) {
		return telegram.WebhookPrefix
	}
	return r.Pattern
}

// statusWriter remembers the status that was written.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// serveHTTP serves until ctx ends, and then lets the requests that are under way finish.
func serveHTTP(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{
		Handler: hangUpAfterChunks(h), ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime, IdleTimeout: idleTime, MaxHeaderBytes: maxHeader,
		ErrorLog: log.New(io.Discard, "", 0), // it would name people's addresses
	}
	stopped := make(chan error, 1)
	context.AfterFunc(ctx, func() {
		ctx, cancel := context.WithTimeout(context.Background(), shutdownTime)
		defer cancel()
		stopped <- server.Shutdown(ctx)
	})
	if err := server.Serve(netutil.LimitListener(l, maxOpen)); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving web requests: %w", err)
	}
	if err := <-stopped; err != nil {
		return fmt.Errorf("waiting for the last web requests: %w", err)
	}
	return nil
}

// hangUpAfterChunks ends a connection after a request whose body comes in chunks. One
// that names a length as well could be read in two ways, and what a proxy takes
// for its body must not be taken for the next request here. Source: RFC 9112, 6.3.
func hangUpAfterChunks(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.TransferEncoding) > 0 {
			w.Header().Set("Connection", "close")
		}
		h.ServeHTTP(w, r)
	})
}

// addressOf is where a browser on this machine finds the desk.
func addressOf(l net.Listener) string {
	a, ok := l.Addr().(*net.TCPAddr)
	if !ok || !a.IP.IsUnspecified() {
		return "http://" + l.Addr().String()
	}
	return "http://localhost:" + strconv.Itoa(a.Port)
}

// healthTime is how long a program may take to say that it is well.
const healthTime = 3 * time.Second

// runHealthcheck asks the program that runs with the same settings whether it is
// well. A container has no other program that could.
func runHealthcheck(ctx context.Context, a *app, args []string) error {
	fs := flag.NewFlagSet("healthcheck", flag.ContinueOnError)
	if err := a.parse(fs, "", args); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return usagef("healthcheck takes no arguments")
	}
	if err := askHealth(ctx, a.settings.local()); err != nil {
		return err
	}
	_, err := fmt.Fprintln(a.stdout, "ok")
	return err
}

// local is where a program with these settings is reached from this machine.
func (s settings) local() string {
	host, port, _ := net.SplitHostPort(s.listen) // checked when it was read
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// askHealth asks the program at an address whether it is well.
func askHealth(ctx context.Context, base string) error {
	ctx, cancel := context.WithTimeout(ctx, healthTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/healthz", nil)
	if err != nil {
		return fmt.Errorf("asking whether the program is well: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("asking whether the program is well: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the program is not well: status %d", resp.StatusCode)
	}
	return nil
}
