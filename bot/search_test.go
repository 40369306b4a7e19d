package bot_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/index"
)

func TestSearchWhileTyping(t *testing.T) {
	b, c := real()
	for _, test := range []struct {
		typed string
		first string   // the entry at the top; empty for none at all
		not   []string // entries that must not be listed
	}{
		{"", "about", nil},
		{"   ", "about", nil},
		{"fr", "values-free", []string{"urgent-suicide"}},
		{"free", "values-free", []string{"urgent-sepsis"}},
		{"do i pa", "values-free", nil},
		{"val", "values", nil},
		{"VALUES", "values", nil},
		{"surpl", "values-finance", nil},
		{"what do we say about bl", "values-openness", []string{"urgent-bleeding"}},
		{"consti", "constitution", nil},
		{"appoint", "signpost-appointments", nil},
		{"chest pain", "urgent-cardiac", nil},
		{"hello", "", nil},
		{"xyzzy", "", nil},
		{"?!", "", nil},
	} {
		got, err := b.Search(context.Background(), test.typed, 6)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, s := range got {
			ids = append(ids, s.ID)
			if c.Entry(s.ID).Title != s.Title {
				t.Errorf("%q: %s is titled %q", test.typed, s.ID, s.Title)
			}
		}
		if len(ids) > 6 || len(ids) == 0 && test.first != "" || len(ids) > 0 && ids[0] != test.first {
			t.Errorf("%q lists %v, want %q first", test.typed, ids, test.first)
		}
		for _, not := range test.not {
			if slices.Contains(ids, not) {
				t.Errorf("%q lists %s", test.typed, not)
			}
		}
	}
}

func TestSearchWithABrokenIndex(t *testing.T) {
	b, c := real()
	if got, err := b.Search(context.Background(), "free", 0); err != nil || len(got) != 0 {
		t.Errorf("no places: %v, %v", got, err)
	}
	x, err := index.New(c)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	_, err = bot.New(slog.New(slog.DiscardHandler), c, broken{x}).Search(context.Background(), "free", 5)
	if err == nil || !strings.Contains(err.Error(), "disk on fire") || strings.Contains(err.Error(), "free") {
		t.Errorf("the error must say the cause and not what was typed: %v", err)
	}
}
