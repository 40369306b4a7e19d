package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"

	"github.com/joho/godotenv"
)

// The settings' names, as .env.example documents them.
const (
	envCorpus = "FRONTDESK_CORPUS"
	envLog    = "FRONTDESK_LOG"
)

// settings come from the environment or, where that is silent, from .env.
type settings struct {
	corpus string // a folder; empty for the embedded corpus
	log    string // text or json
}

const settingsFile = ".env"

func readSettings(getenv func(string) string) (settings, error) {
	file, err := godotenv.Read(settingsFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		// The library's message may quote the file, which holds secrets.
		return settings{}, fmt.Errorf("cannot read the file %s; write one NAME=value a line, as .env.example shows", settingsFile)
	}
	get := func(name string) string {
		if v := getenv(name); v != "" {
			return v
		}
		return file[name]
	}
	s := settings{corpus: get(envCorpus), log: get(envLog)}
	switch s.log {
	case "":
		s.log = "text"
	case "text", "json":
	default:
		return settings{}, fmt.Errorf("the setting %s is wrong: it must be text or json", envLog)
	}
	return s, nil
}

// logger writes for operators, in the form that the settings ask for.
func (s settings) logger(w io.Writer) *slog.Logger {
	if s.log == "json" {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}
