package main

import (
	"context"
	"reflect"

	idx "github.com/okta/okta-idx-golang"
)

var (
	ctx      = context.Background()
	sessions = map[string]*session{}
)

// session is one user in front of the SDK: a client, and the flow that the user is in. Of the three flows one at most
// is there.
type session struct {
	client     *idx.Client
	config     any
	login      *idx.LoginResponse
	enrollment *idx.EnrollmentResponse
	reset      *idx.ResetPasswordResponse
	redeemed   *idx.AccessToken // after a redirect

	identified *idx.IdentifyRequest // held until the password is there: the SDK has one call for both
	redirect   string
	canceled   bool
	signedOut  bool
}

// start begins a session; with the configuration of the one before it, on the same client. Registration and recovery
// have no call that shows their first page: they begin with the intents `register` and `recover`.
func start(m message) (*session, error) {
	known := sessions[m.Session]
	s := &session{config: m.Config}
	sessions[m.Session] = s
	if known != nil && known.client != nil && reflect.DeepEqual(known.config, s.config) {
		s.client = known.client
	} else {
		client, err := idx.NewClientWithSettings(
			idx.WithIssuer(m.Config.Issuer),
			idx.WithClientID(m.Config.ClientID),
			idx.WithClientSecret(m.Config.ClientSecret),
			idx.WithRedirectURI(m.Config.RedirectURI),
			idx.WithScopes(m.Config.Scopes),
		)
		if err != nil {
			return s, err
		}
		s.client = client
	}
	switch m.Flow {
	case "authenticate":
		login, err := begin(s.client, m.Params)
		s.login = login
		return s, err
	case "register", "recover":
		return s, nil
	}
	return s, unsupported("flow " + m.Flow)
}

// view is what the user would see now.
func (s *session) view() object {
	switch {
	case s.canceled:
		return object{"state": "canceled"}
	case s.signedOut:
		return object{"state": "signedOut"}
	case s.redeemed != nil:
		return object{"state": "success", "tokens": object{
			"accessToken": s.redeemed.AccessToken, "idToken": s.redeemed.IDToken,
			"refreshToken": s.redeemed.RefreshToken, "scope": s.redeemed.Scope,
		}}
	case s.token() != nil:
		token := s.token()
		return object{"state": "success", "tokens": object{
			"accessToken": token.AccessToken, "idToken": token.IDToken, "scope": token.Scope,
		}}
	}
	view := object{"state": "input", "steps": s.steps(), "contextualData": s.contextualData()}
	if s.redirect != "" {
		view["redirect"] = s.redirect
	}
	return view
}

func (s *session) token() *idx.Token {
	switch {
	case s.login != nil && s.login.IsAuthenticated():
		return s.login.Token()
	case s.enrollment != nil && s.enrollment.IsAuthenticated():
		return s.enrollment.Token()
	case s.reset != nil && s.reset.IsAuthenticated():
		return s.reset.Token()
	}
	return nil
}

func (s *session) steps() []string {
	steps := []string{}
	if s.login != nil {
		for _, step := range s.login.AvailableSteps() {
			steps = append(steps, step.String())
		}
	}
	if s.enrollment != nil {
		for _, step := range s.enrollment.AvailableSteps() {
			steps = append(steps, step.String())
		}
	}
	if s.reset != nil {
		for _, step := range s.reset.AvailableSteps() {
			steps = append(steps, step.String())
		}
	}
	return steps
}
