package desk_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/bot/channeltest"
	"github.com/frontdesk-care/frontdesk/bot/desk"
)

// Entries that have left the corpus take no place among the most used.
func TestMostUsedFollowsTheCorpus(t *testing.T) {
	written := func(id string) *bot.Bot {
		text := "---\ntitle: Hours\nkind: statement\n---\n"
		for i := range 7 {
			text += fmt.Sprintf("\n## Hour %d {#%s-%d}\n\n> We open at %d.\n\n- do you open at %d\n", i, id, i, i, i)
		}
		return channeltest.Written(t, map[string]string{"hours.md": text})
	}
	b := &struct{ *bot.Bot }{written("old")}
	h := site(t, b, desk.Config{})
	for i := range 7 {
		get(h, fmt.Sprintf("/a/old-%d", i))
		get(h, fmt.Sprintf("/a/old-%d", i))
	}
	if page := get(h, "/").Body.String(); !strings.Contains(page, `href="/a/old-0"`) {
		t.Fatalf("what was opened is not offered in\n%s", page)
	}
	b.Bot = written("new")
	get(h, "/a/new-3")
	if page := get(h, "/").Body.String(); !strings.Contains(page, `href="/a/new-3"`) || strings.Contains(page, "old-") {
		t.Errorf("after the change the front page is\n%s", page)
	}
}
