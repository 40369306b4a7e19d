// Package terminal is the channel for a person at a terminal, or a program that
// writes one question a line. It speaks the core's types only. Start at [Chat.Run].
package terminal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/muesli/reflow/wordwrap"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/corpus"
)

// A Desk answers what a chat needs; [bot.Bot] is one.
type Desk interface {
	// Ask always has a reply, even beside an error.
	Ask(ctx context.Context, question string) (bot.Reply, error)
	// Command gives the reply to a command without its slash.
	Command(name string) (bot.Reply, bool)
	// Reserved gives the reply with a reserved id.
	Reserved(id string) bot.Reply
}

// A Chat reads questions and writes replies.
type Chat struct {
	log         *slog.Logger
	desk        Desk
	in          io.Reader
	out         io.Writer
	interactive bool
}

// New makes a chat. An interactive one greets, prompts and wraps lines; the
// other only answers, with an empty line after each reply.
func New(log *slog.Logger, d Desk, in io.Reader, out io.Writer, interactive bool) *Chat {
	return &Chat{log: log, desk: d, in: in, out: out, interactive: interactive}
}

const (
	prompt  = "> "
	width   = 80      // columns; the narrowest terminal in common use
	maxLine = 1 << 20 // bytes; far more than the bot reads of a question
)

// Run answers until the input ends, somebody types "exit", or ctx ends.
func (c *Chat) Run(ctx context.Context) error {
	if c.interactive {
		if err := c.write(c.desk.Reserved(corpus.GreetingID)); err != nil {
			return err
		}
	}
	lines := c.lines(ctx)
	for {
		if c.interactive {
			if _, err := io.WriteString(c.out, prompt); err != nil {
				return fmt.Errorf("writing to the terminal: %w", err)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case l, ok := <-lines:
			if !ok || l.err == nil && c.interactive && isExit(l.text) {
				return nil
			}
			if l.err != nil {
				return fmt.Errorf("reading a question: %w", l.err)
			}
			if strings.TrimSpace(l.text) == "" {
				continue
			}
			if err := c.write(c.answer(ctx, l.text)); err != nil {
				return err
			}
		}
	}
}

type line struct {
	text string
	err  error
}

// lines reads in the background, so that a signal ends the chat at once.
func (c *Chat) lines(ctx context.Context) <-chan line {
	out := make(chan line)
	go func() {
		defer close(out)
		sc := bufio.NewScanner(c.in)
		sc.Buffer(nil, maxLine)
		for sc.Scan() {
			select {
			case out <- line{text: sc.Text()}:
			case <-ctx.Done():
				return
			}
		}
		err := sc.Err()
		if errors.Is(err, bufio.ErrTooLong) {
			err = fmt.Errorf("a line of over %d bytes", maxLine)
		}
		if err != nil {
			select {
			case out <- line{err: err}:
			case <-ctx.Done():
			}
		}
	}()
	return out
}

func (c *Chat) answer(ctx context.Context, text string) bot.Reply {
	if name, ok := strings.CutPrefix(strings.TrimSpace(text), "/"); ok {
		if r, ok := c.desk.Command(strings.ToLower(name)); ok {
			return r
		}
	}
	r, err := c.desk.Ask(ctx, text)
	if err != nil {
		c.log.Error("a question could not be answered", "cause", err)
	}
	return r
}

func (c *Chat) write(r bot.Reply) error {
	text := r.Text
	if c.interactive {
		text = "\n" + wrap(text)
	}
	if _, err := fmt.Fprintf(c.out, "%s\n\n", text); err != nil {
		return fmt.Errorf("writing to the terminal: %w", err)
	}
	return nil
}

// wrap breaks lines between words, never inside one: a web address must stay whole.
func wrap(text string) string {
	w := wordwrap.NewWriter(width)
	w.Breakpoints = nil
	w.Write([]byte(text)) // into memory: it cannot fail
	w.Close()
	return w.String()
}

func isExit(s string) bool {
	s = strings.ToLower(strings.TrimSpace(s))
	return s == "exit" || s == "quit"
}
