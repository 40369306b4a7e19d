// Package corpus loads and checks the words that Frontdesk may say.
//
// A corpus is a folder of Markdown documents that a non-programmer edits: the
// statements an organisation has published, where to send people for what the
// statements do not hold, the emergency replies, small talk and the honest no.
// docs/corpus.md describes the format for the people who write it.
//
// The package knows nothing of searching, ranking or any chat channel. Start
// reading at [Load]; the default corpus is the one that [Embedded] returns.
package corpus

import "time"

// Kind says what the entries of a document are for.
type Kind string

// The kinds a document can have; its front matter names one.
const (
	Statement Kind = "statement" // the organisation's published words
	Signpost  Kind = "signpost"  // not in the texts, but here is where to go
	Urgent    Kind = "urgent"    // an emergency or a crisis
	Smalltalk Kind = "smalltalk" // greetings, thanks, what the bot is
	Unknown   Kind = "unknown"   // the honest no
)

var kinds = []Kind{Statement, Signpost, Urgent, Smalltalk, Unknown}

// The reserved ids: the only ones that code may name.
const (
	GreetingID  = "greeting"
	HelpID      = "help"
	PrivacyID   = "privacy"
	SlowDownID  = "slow-down"
	UnknownID   = "unknown"
	NotUrgentID = "not-urgent" // in an urgent document: what must not raise the alarm
)

// A Corpus is all entries of a folder, checked. It never changes after Load.
type Corpus struct {
	Documents []*Document // in the order of their file names
	// Commands maps a chat command, without its slash, to an entry id.
	Commands map[string]string
	// Phrases are the short lines around a reply, from the unknown documents.
	Phrases Phrases
	// Groups are words that mean alike, such as mum and mother; there may be none.
	Groups []Group
	// Warnings are what [Load] noticed that is no error.
	Warnings []Problem

	byID map[string]*Entry
}

// Phrases are the lines that frame a reply. Each may be empty, and is then left out.
type Phrases struct {
	Clarify     string `yaml:"clarify"`     // above the choices, when the bot is not sure
	Note        string `yaml:"note"`        // in front of a plain-language note
	Suggestions string `yaml:"suggestions"` // above what else can be asked
	Source      string `yaml:"source"`      // in front of document and link
	About       string `yaml:"about"`       // what the bot is, in one line: a chat app shows it beside the bot's name
	Type        string `yaml:"type"`        // to a voice message, photo or the like: please type it
	Gone        string `yaml:"gone"`        // to a button whose entry the corpus no longer has
	Thanks      string `yaml:"thanks"`      // to "right answer" and "wrong answer"
}

// A Group is words and pairs of words that mean alike where people ask.
type Group struct {
	Name  string
	Words []string
}

// A Document is one Markdown file.
type Document struct {
	File         string // its path in the corpus folder
	Title        string
	Kind         Kind
	Source       string // the public address of the words; may be empty
	Organisation string
	Reviewed     time.Time // when somebody last held the words against the source; may be zero
	ReviewDue    time.Time // when that should be done again; zero when Reviewed is
	Entries      []*Entry  // without the overview
	Overview     *Entry    // nil when the document has none
}

// An Entry is one answer. Its ID is also its permalink and deep-link code.
type Entry struct {
	ID       string
	Title    string
	Document *Document
	Line     int      // of its heading, from 1
	Quote    string   // the official words, verbatim; empty but in statements
	Note     string   // the plain-language note or, where there is no quote, the reply itself
	Shows    []string // an overview's entries, in the order of showing
	Asked    []Asked  // ways people ask for it
}

// Asked is one way of asking, as a person typed it.
type Asked struct {
	Text string
	Line int // in the entry's document, from 1
}

// Kind is the kind of the entry's document.
func (e *Entry) Kind() Kind { return e.Document.Kind }

// IsOverview tells whether the entry shows other entries.
func (e *Entry) IsOverview() bool { return len(e.Shows) > 0 }

// HasUrgent tells whether the corpus knows any emergency.
func (c *Corpus) HasUrgent() bool { return c.firstOf(Urgent) != nil }

// Entry returns the entry with this id, or nil.
func (c *Corpus) Entry(id string) *Entry { return c.byID[id] }

// Reserved returns the entry with a reserved id or, where the corpus has none,
// the honest no. It is never nil in a loaded corpus.
func (c *Corpus) Reserved(id string) *Entry {
	if e := c.byID[id]; e != nil {
		return e
	}
	if e := c.byID[UnknownID]; e != nil {
		return e
	}
	return c.firstOf(Unknown)
}

func (c *Corpus) firstOf(k Kind) *Entry {
	for _, d := range c.Documents {
		if d.Kind == k && len(d.Entries) > 0 {
			return d.Entries[0]
		}
	}
	return nil
}

// Overviews returns the overviews of the statement documents, in document order.
func (c *Corpus) Overviews() []*Entry {
	var all []*Entry
	for _, d := range c.Documents {
		if d.Kind == Statement && d.Overview != nil {
			all = append(all, d.Overview)
		}
	}
	return all
}

// Entries returns every entry, overviews included, in document order.
func (c *Corpus) Entries() []*Entry {
	var all []*Entry
	for _, d := range c.Documents {
		all = append(all, documentEntries(d)...)
	}
	return all
}
