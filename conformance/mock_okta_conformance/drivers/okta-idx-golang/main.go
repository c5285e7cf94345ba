// Drives github.com/okta/okta-idx-golang for the conformance suite: one JSON message a line on stdin, one reply a line
// on stdout.
//
// Two versions of the SDK are driven by one program: go.mod names the later one, v0.2.2.mod (with the build tag v0_2_2)
// the last that was released. What only one of them has is in a file with that tag. Nothing is repaired on the way.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	idx "github.com/okta/okta-idx-golang"
)

const sdk = "github.com/okta/okta-idx-golang"

var capabilities = append([]string{
	"confidential", "tls", "flow.recover", "flow.register", "auth.email", "auth.phone", "token.revoke",
}, furtherCapabilities...)

type object map[string]any

type message struct {
	ID      int
	Op      string
	Session string
	Flow    string
	Do      string
	URL     string
	Config  struct {
		Issuer, ClientID, ClientSecret, RedirectURI string
		Scopes                                      []string
	}
	Params values
	Values values
}

// values are the members of an intent. Those that hold more than text are objects of text.
type values map[string]any

func (v values) text(name string) string {
	text, _ := v[name].(string)
	return text
}

func (v values) object(name string) values {
	members, _ := v[name].(map[string]any)
	return members
}

func main() {
	lines, replies := bufio.NewReader(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var m message
			if problem := json.Unmarshal(line, &m); problem != nil {
				fmt.Fprintln(os.Stderr, "no message:", problem)
				continue
			}
			reply := answer(m)
			reply["id"] = m.ID
			if problem := replies.Encode(reply); problem != nil {
				fmt.Fprintln(os.Stderr, "no reply:", problem)
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// answer is the reply to one message. The SDK panics on some documents; that, too, is an answer.
func answer(m message) (reply object) {
	defer func() {
		if panicked := recover(); panicked != nil {
			debug.PrintStack()
			reply = object{"view": raised(fmt.Errorf("panic: %v", panicked))}
		}
	}()
	var s *session
	var err error
	switch m.Op {
	case "hello":
		return object{
			"protocol": 1, "name": "okta-idx-golang", "version": version(), "language": "go",
			"capabilities": capabilities, "sessions": 16,
		}
	case "start":
		s, err = start(m)
	case "act":
		s, err = sessions[m.Session], act(sessions[m.Session], m.Do, m.Values)
	case "callback":
		s, err = sessions[m.Session], callback(sessions[m.Session], m.URL)
	case "token":
		s, err = sessions[m.Session], token(sessions[m.Session], m.Do)
	case "end":
		delete(sessions, m.Session)
		return object{}
	default:
		return object{"unsupported": m.Op}
	}
	if missing := new(unsupported); errors.As(err, missing) {
		return object{"unsupported": missing.Error()}
	}
	if err != nil {
		return object{"view": raised(err)}
	}
	return object{"view": s.view()}
}

// unsupported is a verb that this version of the SDK has no call for.
type unsupported string

func (verb unsupported) Error() string { return string(verb) }

func raised(err error) object {
	refusal := new(idx.ResponseError)
	if errors.As(err, &refusal) {
		code := refusal.ErrorCode
		if code == "" {
			code = refusal.ErrorType
		}
		return object{"state": "error", "error": object{"type": "ResponseError", "code": code, "text": refusal.Error()}}
	}
	return object{"state": "error", "error": object{"type": fmt.Sprintf("%T", err), "text": err.Error()}}
}

func version() string {
	about, _ := debug.ReadBuildInfo()
	for _, module := range about.Deps {
		if module.Path == sdk {
			return module.Version
		}
	}
	return ""
}
