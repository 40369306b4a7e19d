package slacktest

// appScope marks the methods that take the app token.
const appScope = "connections:write"

// A method is what the fake knows of one method of the Web API.
type method struct {
	scope string // the bot token needs
	reads bool   // then GET will do, and JSON will not
	must  []string
	may   []string
	do    func(*Server, *request) (map[string]any, *refusal) // under the lock
}

// methods is the Web API as far as it goes here. The arguments are those of
// Slack's reference; thread_ts and the like are checked where they are used.
var methods = map[string]method{
	"auth.test": {do: (*Server).authTest},
	"apps.connections.open": {
		scope: appScope, do: (*Server).connectionsOpen},
	"chat.postMessage": {
		scope: "chat:write", do: (*Server).chatPostMessage,
		must: []string{"channel"},
		may: []string{"text", "blocks", "attachments", "thread_ts", "reply_broadcast", "unfurl_links", "unfurl_media",
			"mrkdwn", "parse", "link_names", "metadata", "username", "icon_url", "icon_emoji", "markdown_text"}},
	"chat.postEphemeral": {
		scope: "chat:write", do: (*Server).chatPostEphemeral,
		must: []string{"channel", "user"},
		may: []string{"text", "blocks", "attachments", "thread_ts", "parse", "link_names", "username",
			"icon_url", "icon_emoji", "markdown_text"}},
	"chat.update": {
		scope: "chat:write", do: (*Server).chatUpdate,
		must: []string{"channel", "ts"},
		may:  []string{"text", "blocks", "attachments", "parse", "link_names", "metadata", "reply_broadcast", "markdown_text"}},
	"chat.unfurl": {
		scope: "links:write", do: (*Server).chatUnfurl,
		may: []string{"channel", "ts", "unfurl_id", "source", "unfurls", "metadata", "user_auth_blocks",
			"user_auth_message", "user_auth_required", "user_auth_url"}},
	"chat.getPermalink": {
		reads: true, do: (*Server).chatGetPermalink,
		must: []string{"channel", "message_ts"}},
	"conversations.info": {
		scope: "channels:read", reads: true, do: (*Server).conversationsInfo,
		must: []string{"channel"}, may: []string{"include_locale", "include_num_members"}},
	"conversations.history": {
		scope: "channels:history", reads: true, do: (*Server).conversationsHistory,
		must: []string{"channel"},
		may:  []string{"cursor", "inclusive", "latest", "limit", "oldest", "include_all_metadata"}},
	"conversations.replies": {
		scope: "channels:history", reads: true, do: (*Server).conversationsReplies,
		must: []string{"channel", "ts"},
		may:  []string{"cursor", "inclusive", "latest", "limit", "oldest", "include_all_metadata"}},
	"users.info": {
		scope: "users:read", reads: true, do: (*Server).usersInfo,
		must: []string{"user"}, may: []string{"include_locale"}},
	"bots.info": {
		scope: "users:read", reads: true, do: (*Server).botsInfo,
		may: []string{"bot", "team_id"}},
	"views.open": {
		do: (*Server).viewsOpen, must: []string{"trigger_id", "view"}},
	"views.push": {
		do: (*Server).viewsPush, must: []string{"trigger_id", "view"}},
	"views.update": {
		do: (*Server).viewsUpdate, must: []string{"view"},
		may: []string{"view_id", "external_id", "hash"}},
	"views.publish": {
		do: (*Server).viewsPublish, must: []string{"user_id", "view"},
		may: []string{"hash"}},
	"assistant.threads.setStatus": {
		scope: "assistant:write", do: (*Server).assistantSet,
		must: []string{"channel_id", "thread_ts"},
		may:  []string{"status", "loading_messages", "username", "icon_url", "icon_emoji"}},
	"assistant.threads.setSuggestedPrompts": {
		scope: "assistant:write", do: (*Server).assistantPrompts,
		must: []string{"channel_id", "prompts"}, may: []string{"thread_ts", "title"}},
	"assistant.threads.setTitle": {
		scope: "assistant:write", do: (*Server).assistantSet,
		must: []string{"channel_id", "thread_ts", "title"}},
	"reactions.add": {
		scope: "reactions:write", do: (*Server).reactionsAdd,
		must: []string{"channel", "name", "timestamp"}},
}
