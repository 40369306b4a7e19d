package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/frontdesk-care/frontdesk/bot/claims"
	"github.com/frontdesk-care/frontdesk/bot/metrics"
	"github.com/frontdesk-care/frontdesk/bot/traffic"
)

// claimed is where the channels claim what they answer.
type claimed interface {
	Claim(ctx context.Context, d claims.Delivery) (claims.State, *claims.Held)
	Lead(ctx context.Context, what string) (leading context.Context, resign func())
	// Trouble says which promise is weaker at present; empty when none is.
	Trouble() string
}

// openClaims opens the kind of claims that the settings ask for: in Redis, in a file,
// or else in memory.
func openClaims(log *slog.Logger, s settings, m *metrics.Metrics) (c claimed, closeAll func() error, err error) {
	var opened []io.Closer
	closeAll = func() error {
		var errs []error
		for _, o := range opened {
			errs = append([]error{o.Close()}, errs...)
		}
		return errors.Join(errs...)
	}
	key := claims.NewKey(s.telegram.Token, s.slack.BotToken)
	c = claims.NewMemory(key)
	if s.state != "" {
		if err := os.MkdirAll(s.state, 0o700); err != nil {
			return nil, nil, wrong(envState, "the folder cannot be made")
		}
		f, err := claims.OpenFile(log, s.state, key)
		if err != nil {
			return nil, nil, wrong(envState, err.Error())
		}
		c, opened = f, append(opened, f)
	}
	if s.redis != "" {
		shared, err := claims.NewShared(log, s.redis, key, c)
		if err != nil {
			return nil, nil, errors.Join(wrong(envRedis, redisForm), closeAll())
		}
		c, opened = shared, append(opened, shared)
	}
	m.Claims(func() bool { return c.Trouble() != "" })
	return c, closeAll, nil
}

// claimsNotes are what /readyz says of claims.
func claimsNotes(c claimed) func() []string {
	return func() []string {
		if trouble := c.Trouble(); trouble != "" {
			return []string{fmt.Sprintf("claims: %s", trouble)}
		}
		return nil
	}
}

// checkClaims tries, for the doctor, whether claims can be kept where the settings say.
func (a *app) checkClaims(ctx context.Context) traffic.Finding {
	f := traffic.Finding{What: "Claims", Good: "in memory, which a restart forgets; see " + envState}
	if a.settings.state != "" {
		f.Good = "the folder for the file can be written"
		if err := tryFolder(a.settings.state); err != nil {
			f.Problem = "the folder that " + envState + " names cannot be written"
			return f
		}
	}
	if a.settings.redis != "" {
		f.Good = "redis keeps them, for all programs that share it"
		if err := claims.Reach(ctx, a.settings.redis); err != nil {
			f.Problem = fmt.Sprintf("redis cannot keep them (%v); check %s, the password and the network", err, envRedis)
		}
	}
	return f
}

// tryFolder makes a folder, where there is none, and a file in it, which it removes.
func tryFolder(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(folder, "doctor")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}
