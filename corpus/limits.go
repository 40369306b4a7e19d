package corpus

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"unicode"
	"unicode/utf8"
)

// Limits of a corpus folder, so that no file in it can stall or fill the program.
// All are far above what people write: the embedded corpus has 13 documents, 85
// entries and 1.5 MB, its longest line has 395 bytes.
const (
	maxDocuments   = 2_000
	maxEntries     = 10_000    // each is a class to learn: a hundred times the embedded corpus still fits
	maxFolder      = 256 << 20 // bytes of all documents
	maxFile        = 8 << 20   // bytes; 50,000 ways of asking take 3 MB
	maxMarkdown    = 1 << 20   // bytes of a document besides its ways of asking: a heading, quote or paragraph takes a few microseconds
	maxFrontMatter = 16 << 10  // bytes
	maxNodes       = 1_000     // keys and values of front matter: keys that stand twice cost time and memory that grow with their square
	maxText        = 32 << 10  // bytes of a line, and of what one entry says: 5,000 words
	maxAskedText   = 4 << 10   // bytes of a way of asking: the index reads no more of a question
	maxSigns       = 100       // spaces and signs such as > at the start of a line: each may open a block in the one before
	maxProblems    = 1_000     // that are reported at a time
)

// readFile reads an ordinary file of the folder. ok is false for one that is too
// large, and for pipes, devices and folders, which may have no end.
func readFile(dir fs.FS, file string, ps *Problems) (src []byte, ok bool, err error) {
	info, err := fs.Stat(dir, file)
	if err != nil {
		return nil, false, err
	}
	if !info.Mode().IsRegular() {
		ps.add(file, 0, "this is no ordinary file", "put a text file in its place, or give it another name")
		return nil, false, nil
	}
	f, err := dir.Open(file)
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	if src, err = io.ReadAll(io.LimitReader(f, maxFile+1)); err != nil {
		return nil, false, err
	}
	if len(src) > maxFile {
		ps.add(file, 0, fmt.Sprintf("the file has over %d MB", maxFile>>20), "split it into several documents")
		return nil, false, nil
	}
	return src, true, nil
}

// isText tells whether the file holds text that can be shown as it stands, and
// reports the first line that does not.
func isText(file string, src []byte, ps *Problems) bool {
	line := 0
	for l := range bytes.Lines(src) {
		line++
		if !utf8.Valid(l) {
			ps.add(file, line, "the text is not UTF-8", "save the file with the encoding UTF-8")
			return false
		}
		if len(l) > maxText {
			ps.add(file, line, fmt.Sprintf("the line has over %d bytes", maxText), "break it into several lines")
			return false
		}
		l = bytes.TrimSuffix(bytes.TrimSuffix(l, []byte("\n")), []byte("\r"))
		if at := bytes.IndexFunc(l, isHarmful); at >= 0 {
			r, _ := utf8.DecodeRune(l[at:])
			ps.add(file, line, fmt.Sprintf("an invisible control character, %U", r), "delete it; typing the line anew is easiest")
			return false
		}
	}
	return true
}

// isHarmful tells whether a character steers a screen where it should show
// something: a control character, or one that turns the letters after it round, so
// that people read other words than stand there. What Arabic or Bengali needs is fine.
func isHarmful(r rune) bool {
	const leftToRightOverride, rightToLeftOverride = '\u202d', '\u202e'
	return unicode.IsControl(r) && r != '\t' || r == leftToRightOverride || r == rightToLeftOverride
}

// tooDeep is the first line, from 1, in which Markdown could nest too many blocks; 0 for none.
func tooDeep(src []byte) int {
	line := 0
	for l := range bytes.Lines(src) {
		line++
		if len(l)-len(bytes.TrimLeft(l, " \t>*+-.)0123456789")) > maxSigns {
			return line
		}
	}
	return 0
}
