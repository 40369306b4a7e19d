package bot

import (
	"time"

	"github.com/frontdesk-care/frontdesk/corpus"
)

// Kind says what sort of reply the bot gives.
type Kind string

// The kinds of reply. Tools are built on their names: they don't change.
const (
	Answer    Kind = "answer"    // a statement, or several, that answer the question
	Clarify   Kind = "clarify"   // not sure: up to three entries to choose from
	Signpost  Kind = "signpost"  // not in the texts, but here is where to go
	Urgent    Kind = "urgent"    // an emergency or a crisis
	Smalltalk Kind = "smalltalk" // a greeting, thanks, or what the bot is
	Unknown   Kind = "unknown"   // the honest no
)

// A Reply is what the bot answers, the same for every channel. Its JSON form is
// a contract: fields are added, never renamed or dropped.
type Reply struct {
	Question    string       `json:"question"`
	Kind        Kind         `json:"kind"`
	ID          string       `json:"id"` // of the best entry
	Title       string       `json:"title"`
	Confidence  float64      `json:"confidence"` // in [0,1]: of replies at 0.9 about nine in ten are right
	Passages    []Passage    `json:"passages"`   // best first; never null
	Suggestions []Suggestion `json:"suggestions"`
	Text        string       `json:"text"` // the whole reply as plain text

	// Parts are the same words, entry by entry, for channels that lay them out.
	Parts []Part `json:"-"`
}

// A Part is one entry of a reply.
type Part struct {
	ID       string
	Title    string
	Kind     Kind
	Overview bool      // its passages are other entries' words
	Note     string    // an overview's plain-language note
	Passages []Passage // one, unless it is an overview
	Document string
	Source   string    // the document's public address; may be empty
	Reviewed time.Time // when the words were last held against the source; may be zero
}

// A Passage is the words of one entry, as they stand in the corpus.
type Passage struct {
	ID       string `json:"id"`
	Text     string `json:"text"` // the official words or, where there are none, the reply itself
	Note     string `json:"note"` // the plain-language note under official words
	Document string `json:"document"`
	Source   string `json:"source"`
}

// A Suggestion is an entry that the person may want instead or next.
type Suggestion struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// replyKind is the kind of reply that an entry of a document gives.
func replyKind(k corpus.Kind) Kind {
	switch k {
	case corpus.Statement:
		return Answer
	case corpus.Signpost:
		return Signpost
	case corpus.Urgent:
		return Urgent
	case corpus.Smalltalk:
		return Smalltalk
	default:
		return Unknown
	}
}
