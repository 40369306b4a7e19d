package terminal_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/bot/channeltest"
	"github.com/frontdesk-care/frontdesk/bot/terminal"
)

// echo answers each question with itself.
type echo struct{ err error }

func (e echo) Ask(_ context.Context, q string) (bot.Reply, error) {
	return bot.Reply{Text: "answer to " + q}, e.err
}

func (echo) Command(name string) (bot.Reply, bool) {
	return bot.Reply{Text: "command " + name}, name == "values"
}

func (echo) Reserved(id string) bot.Reply { return bot.Reply{Text: "the " + id} }

func chat(t *testing.T, d terminal.Desk, in string, interactive bool) string {
	t.Helper()
	var out bytes.Buffer
	if err := terminal.New(slog.New(slog.DiscardHandler), d, strings.NewReader(in), &out, interactive).Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestPipeAnswersLineByLine(t *testing.T) {
	got := chat(t, echo{}, "one\n\n  \n/values\n/VALUES\n/other\nexit\nlast without end", false)
	want := "answer to one\n\ncommand values\n\ncommand values\n\nanswer to /other\n\nanswer to exit\n\nanswer to last without end\n\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestPersonIsGreetedAndPrompted(t *testing.T) {
	const address = "https://example.org/a-page/with-many/hyphens-in-it/and-more-than-eighty-columns-of-them/altogether"
	long := strings.Repeat("word ", 30) + address
	got := chat(t, echo{}, long+"\nExit\nnever answered\n", true)
	if !strings.HasPrefix(got, "\nthe greeting\n\n> \nanswer to word") || strings.Contains(got, "never answered") {
		t.Errorf("got\n%s", got)
	}
	for _, line := range strings.Split(got, "\n") {
		if len(line) > 80 && line != address {
			t.Errorf("a line of %d columns: %s", len(line), line)
		}
	}
}

func TestErrorIsLoggedWithoutTheQuestion(t *testing.T) {
	var log, out bytes.Buffer
	c := terminal.New(slog.New(slog.NewTextHandler(&log, nil)), echo{errors.New("disk on fire")}, strings.NewReader("my secret\n"), &out, false)
	if err := c.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "disk on fire") || strings.Contains(log.String(), "secret") {
		t.Errorf("the log says %s", log.String())
	}
	if !strings.Contains(out.String(), "answer to") {
		t.Error("an error must not keep the reply back")
	}
}

func TestEndOfContextEndsTheChat(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	in, w := io.Pipe()
	defer w.Close()
	done := make(chan error)
	go func() {
		done <- terminal.New(slog.New(slog.DiscardHandler), echo{}, in, io.Discard, true).Run(ctx)
	}()
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("closed") }

func TestBrokenStreamsAreReported(t *testing.T) {
	for name, c := range map[string]*terminal.Chat{
		"output":        terminal.New(slog.New(slog.DiscardHandler), echo{}, strings.NewReader("x\n"), broken{}, false),
		"prompt":        terminal.New(slog.New(slog.DiscardHandler), echo{}, strings.NewReader("x\n"), broken{}, true),
		"line too long": terminal.New(slog.New(slog.DiscardHandler), echo{}, strings.NewReader(strings.Repeat("x", 2<<20)), io.Discard, false),
	} {
		if err := c.Run(context.Background()); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestContract(t *testing.T) {
	channeltest.Run(t, func(t *testing.T, log *slog.Logger, b *bot.Bot) func(...string) []channeltest.Said {
		return func(texts ...string) []channeltest.Said {
			var out bytes.Buffer
			c := terminal.New(log, b, strings.NewReader(strings.Join(texts, "\n")), &out, false)
			if err := c.Run(context.Background()); err != nil {
				t.Fatal(err)
			}
			return []channeltest.Said{{Text: out.String()}}
		}
	})
}
