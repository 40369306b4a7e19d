package telegramtest

import "regexp"

const maxCommands = 100

type command struct {
	Command     string `json:"command"`
	Description string `json:"description"`
}

// commandsKey says whose commands a call is about.
func commandsKey(p params) (string, *apiError) {
	var scope struct {
		Type   string `json:"type"`
		ChatID *int64 `json:"chat_id,omitempty"`
		UserID *int64 `json:"user_id,omitempty"`
	}
	scope.Type = "default"
	if raw, given := p["scope"]; given {
		scope.Type = ""
		if refused := decodeStrictly(raw, "BotCommandScope", &scope); refused != nil {
			return "", refused
		}
	}
	chat, user := false, false
	switch scope.Type {
	case "default", "all_private_chats", "all_group_chats", "all_chat_administrators":
	case "chat", "chat_administrators":
		chat = true
	case "chat_member":
		chat, user = true, true
	default:
		return "", badRequest("can't parse BotCommandScope: Unsupported type specified")
	}
	if chat != (scope.ChatID != nil) || user != (scope.UserID != nil) {
		return "", badRequest("can't parse BotCommandScope: wrong fields for type %q", scope.Type)
	}
	if refused := checkLanguage(p); refused != nil {
		return "", refused
	}
	return string(must(scope)) + p["language_code"], nil
}

func checkLanguage(p params) *apiError {
	if !regexp.MustCompile(`^([a-z]{2})?$`).MatchString(p["language_code"]) {
		return badRequest("invalid language code specified")
	}
	return nil
}

func (s *Server) setMyCommands(p params) (any, *apiError) {
	key, refused := commandsKey(p)
	if refused != nil {
		return nil, refused
	}
	var commands []command
	if refused := decodeStrictly(p["commands"], "commands", &commands); refused != nil {
		return nil, refused
	}
	if len(commands) > maxCommands {
		return nil, badRequest("BOT_COMMANDS_TOO_MUCH")
	}
	name := regexp.MustCompile(`^[a-z0-9_]{1,32}$`)
	for _, c := range commands {
		switch n := units(c.Description); {
		case !name.MatchString(c.Command):
			return nil, badRequest("BOT_COMMAND_INVALID")
		case n < 1 || n > 256:
			return nil, badRequest("BOT_COMMAND_DESCRIPTION_INVALID")
		}
	}
	s.commands[key] = commands
	return true, nil
}

func (s *Server) getMyCommands(p params) (any, *apiError) {
	key, refused := commandsKey(p)
	if refused != nil {
		return nil, refused
	}
	return append([]command{}, s.commands[key]...), nil
}

func (s *Server) deleteMyCommands(p params) (any, *apiError) {
	key, refused := commandsKey(p)
	if refused != nil {
		return nil, refused
	}
	delete(s.commands, key)
	return true, nil
}

// setProfile makes the method that sets one of the bot's texts.
func (s *Server) setProfile(name string, longest int) func(params) (any, *apiError) {
	return func(p params) (any, *apiError) {
		if refused := checkLanguage(p); refused != nil {
			return nil, refused
		}
		if units(p[name]) > longest {
			return nil, badRequest("%s is too long", name)
		}
		s.profile[name+p["language_code"]] = p[name]
		return true, nil
	}
}

// getProfile makes the method that gets one of the bot's texts: that of the
// language, or else the one for all languages.
func (s *Server) getProfile(name, missing string) func(params) (any, *apiError) {
	return func(p params) (any, *apiError) {
		if refused := checkLanguage(p); refused != nil {
			return nil, refused
		}
		for _, value := range []string{s.profile[name+p["language_code"]], s.profile[name], missing} {
			if value != "" {
				return map[string]any{name: value}, nil
			}
		}
		return map[string]any{name: ""}, nil
	}
}
