package slacktest

// A shape is the kind of a value in Block Kit.
type shape int

const (
	str shape = iota + 1
	boolean
	number
	thing // an object
	list  // of objects
	words // a list of strings
	rich  // rich text, looked at but lightly
)

// A rule is what Block Kit asks of one value. The numbers count characters of a
// string or of a text object, and items of a list; no maximum is no limit.
type rule struct {
	shape    shape
	must     bool
	min, max int
	of       []string // the types of an object or of items; or the words a string may be
	each     int      // most characters of a text object in a list
}

// A schema is the keys of one type of object.
type schema map[string]rule

var (
	plainText  = []string{"plain_text"}
	anyText    = []string{"plain_text", "mrkdwn"}
	option     = []string{"option"}
	confirm    = rule{shape: thing, of: []string{"confirm"}}
	actionID   = rule{shape: str, max: 255}
	blockID    = rule{shape: str, max: 255}
	typeName   = rule{shape: str, must: true}
	flag       = rule{shape: boolean}
	prompt     = rule{shape: thing, of: plainText, max: 150}
	address    = rule{shape: str, max: 3000}
	colours    = rule{shape: str, of: []string{"primary", "danger"}}
	selects    = []string{"static_select", "external_select", "users_select", "conversations_select", "channels_select"}
	multis     = []string{"multi_static_select", "multi_users_select"}
	choosers   = []string{"overflow", "checkboxes", "radio_buttons", "datepicker", "timepicker"}
	accessory  = append(append(append([]string{"button", "image"}, selects...), multis...), choosers...)
	actionable = append(append(append([]string{"button"}, selects...), multis...), choosers...)
	inputs     = append(append(append([]string{"plain_text_input", "email_text_input", "url_text_input", "number_input"},
		selects...), multis...), choosers[1:]...)

	viewBlocks    = []string{"section", "context", "actions", "divider", "header", "input", "image", "rich_text"}
	messageBlocks = append([]string{"markdown", "context_actions"}, viewBlocks...)
)

// schemas is Block Kit as far as it goes here; what is not in it is refused.
// "option" and the like have no type of their own: see untyped.
var schemas = map[string]schema{
	"plain_text": {"type": typeName, "text": {shape: str, must: true, min: 1}, "emoji": flag},
	"mrkdwn":     {"type": typeName, "text": {shape: str, must: true, min: 1}, "verbatim": flag},
	"option": {"text": {shape: thing, must: true, of: anyText, max: 75}, "value": {shape: str, must: true, min: 1, max: 150},
		"description": {shape: thing, of: anyText, max: 75}, "url": address},
	"option_group": {"label": {shape: thing, must: true, of: plainText, max: 75},
		"options": {shape: list, must: true, min: 1, max: 100, of: option}},
	"confirm": {"title": {shape: thing, must: true, of: plainText, max: 100}, "text": {shape: thing, must: true, of: anyText, max: 300},
		"confirm": {shape: thing, must: true, of: plainText, max: 30}, "deny": {shape: thing, must: true, of: plainText, max: 30},
		"style": colours},
	"dispatch_action_config": {"trigger_actions_on": {shape: words, must: true}},
	"slack_file":             {"id": {shape: str}, "url": address},

	"section": {"type": typeName, "block_id": blockID, "text": {shape: thing, of: anyText, max: 3000},
		"fields": {shape: list, min: 1, max: 10, of: anyText, each: 2000}, "accessory": {shape: thing, of: accessory}, "expand": flag},
	"context": {"type": typeName, "block_id": blockID,
		"elements": {shape: list, must: true, min: 1, max: 10, of: []string{"plain_text", "mrkdwn", "image"}}},
	"actions": {"type": typeName, "block_id": blockID, "elements": {shape: list, must: true, min: 1, max: 25, of: actionable}},
	"context_actions": {"type": typeName, "block_id": blockID,
		"elements": {shape: list, must: true, min: 1, max: 5, of: []string{"feedback_buttons", "icon_button"}}},
	"divider": {"type": typeName, "block_id": blockID},
	"header":  {"type": typeName, "block_id": blockID, "text": {shape: thing, must: true, of: plainText, max: 150}},
	"input": {"type": typeName, "block_id": blockID, "label": {shape: thing, must: true, of: plainText, max: 2000},
		"element": {shape: thing, must: true, of: inputs}, "hint": {shape: thing, of: plainText, max: 2000},
		"optional": flag, "dispatch_action": flag},
	"image": {"type": typeName, "block_id": blockID, "image_url": address, "alt_text": {shape: str, must: true, max: 2000},
		"title": {shape: thing, of: plainText, max: 2000}, "slack_file": {shape: thing, of: []string{"slack_file"}}},
	"rich_text": {"type": typeName, "block_id": blockID, "elements": {shape: rich, must: true}},
	"markdown":  {"type": typeName, "block_id": blockID, "text": {shape: str, must: true, min: 1, max: 12_000}},

	"button": {"type": typeName, "action_id": actionID, "text": {shape: thing, must: true, of: plainText, max: 75},
		"url": address, "value": {shape: str, max: 2000}, "style": colours, "confirm": confirm,
		"accessibility_label": {shape: str, max: 75}},
	"icon_button": {"type": typeName, "action_id": actionID, "icon": {shape: str, must: true, of: []string{"trash"}},
		"text": {shape: thing, must: true, of: plainText, max: 75}, "value": {shape: str, max: 2000}, "confirm": confirm,
		"accessibility_label": {shape: str, max: 75}, "visible_to_user_ids": {shape: words}},
	"feedback_buttons": {"type": typeName, "action_id": actionID,
		"positive_button": {shape: thing, must: true, of: []string{"feedback_button"}},
		"negative_button": {shape: thing, must: true, of: []string{"feedback_button"}}},
	"feedback_button": {"text": {shape: thing, must: true, of: plainText, max: 75},
		"value": {shape: str, must: true, max: 2000}, "accessibility_label": {shape: str, max: 75}},
	"static_select": {"type": typeName, "action_id": actionID, "placeholder": prompt, "confirm": confirm, "focus_on_load": flag,
		"options":       {shape: list, min: 1, max: 100, of: option},
		"option_groups": {shape: list, min: 1, max: 100, of: []string{"option_group"}}, "initial_option": {shape: thing, of: option}},
	"multi_static_select": {"type": typeName, "action_id": actionID, "placeholder": prompt, "confirm": confirm, "focus_on_load": flag,
		"options":       {shape: list, min: 1, max: 100, of: option},
		"option_groups": {shape: list, min: 1, max: 100, of: []string{"option_group"}}, "initial_options": {shape: list, of: option},
		"max_selected_items": {shape: number}},
	"external_select": {"type": typeName, "action_id": actionID, "placeholder": prompt, "confirm": confirm, "focus_on_load": flag,
		"initial_option": {shape: thing, of: option}, "min_query_length": {shape: number}},
	"users_select": {"type": typeName, "action_id": actionID, "placeholder": prompt, "confirm": confirm, "focus_on_load": flag,
		"initial_user": {shape: str}},
	"multi_users_select": {"type": typeName, "action_id": actionID, "placeholder": prompt, "confirm": confirm, "focus_on_load": flag,
		"initial_users": {shape: words}, "max_selected_items": {shape: number}},
	"conversations_select": {"type": typeName, "action_id": actionID, "placeholder": prompt, "confirm": confirm, "focus_on_load": flag,
		"initial_conversation": {shape: str}, "default_to_current_conversation": flag, "response_url_enabled": flag},
	"channels_select": {"type": typeName, "action_id": actionID, "placeholder": prompt, "confirm": confirm, "focus_on_load": flag,
		"initial_channel": {shape: str}, "response_url_enabled": flag},
	"overflow": {"type": typeName, "action_id": actionID, "confirm": confirm, "options": {shape: list, must: true, min: 1, max: 5, of: option}},
	"checkboxes": {"type": typeName, "action_id": actionID, "confirm": confirm, "focus_on_load": flag,
		"options": {shape: list, must: true, min: 1, max: 10, of: option}, "initial_options": {shape: list, of: option}},
	"radio_buttons": {"type": typeName, "action_id": actionID, "confirm": confirm, "focus_on_load": flag,
		"options": {shape: list, must: true, min: 1, max: 10, of: option}, "initial_option": {shape: thing, of: option}},
	"datepicker": {"type": typeName, "action_id": actionID, "placeholder": prompt, "confirm": confirm, "focus_on_load": flag,
		"initial_date": {shape: str}},
	"timepicker": {"type": typeName, "action_id": actionID, "placeholder": prompt, "confirm": confirm, "focus_on_load": flag,
		"initial_time": {shape: str}, "timezone": {shape: str}},
	"plain_text_input": {"type": typeName, "action_id": actionID, "placeholder": prompt, "focus_on_load": flag,
		"initial_value": {shape: str, max: 3000}, "multiline": flag, "min_length": {shape: number}, "max_length": {shape: number},
		"dispatch_action_config": {shape: thing, of: []string{"dispatch_action_config"}}},
	"email_text_input": {"type": typeName, "action_id": actionID, "placeholder": prompt, "focus_on_load": flag, "initial_value": {shape: str}},
	"url_text_input":   {"type": typeName, "action_id": actionID, "placeholder": prompt, "focus_on_load": flag, "initial_value": {shape: str}},
	"number_input": {"type": typeName, "action_id": actionID, "placeholder": prompt, "focus_on_load": flag, "initial_value": {shape: str},
		"is_decimal_allowed": {shape: boolean, must: true}, "min_value": {shape: str}, "max_value": {shape: str}},

	"modal": {"type": typeName, "title": {shape: thing, must: true, of: plainText, max: 24},
		"blocks": {shape: list, must: true, max: 100, of: viewBlocks},
		"submit": {shape: thing, of: plainText, max: 24}, "close": {shape: thing, of: plainText, max: 24},
		"private_metadata": {shape: str, max: 3000}, "callback_id": {shape: str, max: 255}, "external_id": {shape: str, max: 255},
		"clear_on_close": flag, "notify_on_close": flag, "submit_disabled": flag},
	"home": {"type": typeName, "blocks": {shape: list, must: true, max: 100, of: viewBlocks},
		"private_metadata": {shape: str, max: 3000}, "callback_id": {shape: str, max: 255}, "external_id": {shape: str, max: 255}},
}
