package main

import (
	"errors"
	"fmt"

	idx "github.com/okta/okta-idx-golang"
)

type verb func(s *session, v values) error

// done drops what the calls of the SDK return beside an error: it is the value that they were called on.
func done[Response any](_ *Response, err error) error { return err }

// act carries out one intent in the flow that the user is in.
func act(s *session, name string, v values) error {
	if held := s.identified; held != nil && name != "identify" {
		s.identified = nil
		held.Credentials.Password = v.text("password")
		if err := done(s.login.Identify(ctx, held)); err != nil || name == "answer password" {
			return err
		}
	}
	for _, table := range s.tables() {
		if carryOut, known := table[name]; known {
			return carryOut(s, v)
		}
	}
	if s.login == nil && s.enrollment == nil && s.reset == nil {
		return errors.New("nothing has begun")
	}
	return unsupported(name)
}

func (s *session) tables() []map[string]verb {
	switch {
	case s.enrollment != nil:
		return []map[string]verb{enrolling, furtherEnrolling}
	case s.reset != nil:
		return []map[string]verb{resetting}
	case s.login != nil:
		return []map[string]verb{signingIn, furtherSigningIn, beginning}
	}
	return []map[string]verb{beginning}
}

var beginning = map[string]verb{
	"register": func(s *session, v values) (err error) {
		s.login = nil
		s.enrollment, err = s.client.InitProfileEnroll(ctx, &idx.UserProfile{
			FirstName: v.text("firstName"), LastName: v.text("lastName"), Email: v.text("email"),
		})
		return err
	},
	"recover": func(s *session, v values) (err error) {
		s.login = nil
		s.reset, err = s.client.InitPasswordReset(ctx, &idx.IdentifyRequest{Identifier: v.text("identifier")})
		return err
	},
}

var signingIn = map[string]verb{
	"identify": func(s *session, v values) error {
		remember, _ := v["rememberMe"].(bool)
		request := &idx.IdentifyRequest{Identifier: v.text("identifier"), RememberMe: remember}
		password, given := v["password"].(string)
		if !given {
			s.identified = request
			return nil
		}
		request.Credentials.Password = password
		return done(s.login.Identify(ctx, request))
	},
	"select email": func(s *session, v values) error { return done(s.login.VerifyEmail(ctx)) },
	"answer email": func(s *session, v values) error { return done(s.login.ConfirmEmail(ctx, v.text("code"))) },
	"select phone": func(s *session, v values) error {
		return done(s.login.VerifyPhone(ctx, idx.PhoneOption(v.text("method"))))
	},
	"enroll phone": func(s *session, v values) error {
		return done(s.login.VerifyPhoneInitial(ctx, idx.PhoneOption(v.text("method")), v.text("phone")))
	},
	"answer phone": func(s *session, v values) error { return done(s.login.ConfirmPhone(ctx, v.text("code"))) },
	"resume":       func(s *session, v values) error { return done(s.login.WhereAmI(ctx)) },
	"cancel": func(s *session, v values) error {
		err := done(s.login.Cancel(ctx))
		s.canceled = err == nil
		return err
	},
	"idp": func(s *session, v values) error {
		for _, provider := range s.login.IdentityProviders() {
			if provider.Name == v.text("name") || provider.Type == v.text("type") {
				s.redirect = provider.URL
				return nil
			}
		}
		return fmt.Errorf("no such identity provider among %v", s.login.IdentityProviders())
	},
}

var enrolling = map[string]verb{
	"enroll password": func(s *session, v values) error {
		return done(s.enrollment.SetNewPassword(ctx, v.text("password")))
	},
	"enroll email": func(s *session, v values) error { return done(s.enrollment.VerifyEmail(ctx)) },
	"answer email": func(s *session, v values) error { return done(s.enrollment.ConfirmEmail(ctx, v.text("code"))) },
	"enroll phone": func(s *session, v values) error {
		return done(s.enrollment.VerifyPhone(ctx, idx.PhoneOption(v.text("method")), v.text("phone")))
	},
	"answer phone": func(s *session, v values) error { return done(s.enrollment.ConfirmPhone(ctx, v.text("code"))) },
	"enroll security_question": func(s *session, v values) error {
		if _, _, err := s.enrollment.SecurityQuestionOptions(ctx); err != nil {
			return err
		}
		return done(s.enrollment.SetupSecurityQuestion(ctx, question(v)))
	},
	"skip":   func(s *session, v values) error { return done(s.enrollment.Skip(ctx)) },
	"resume": func(s *session, v values) error { return done(s.enrollment.WhereAmI(ctx)) },
	"cancel": func(s *session, v values) error {
		err := done(s.enrollment.Cancel(ctx))
		s.canceled = err == nil
		return err
	},
}

var resetting = map[string]verb{
	"select email": func(s *session, v values) error { return done(s.reset.VerifyEmail(ctx)) },
	"answer email": func(s *session, v values) error { return done(s.reset.ConfirmEmail(ctx, v.text("code"))) },
	"answer security_question": func(s *session, v values) error {
		return done(s.reset.AnswerSecurityQuestion(ctx, v.text("answer")))
	},
	"reset password": func(s *session, v values) error {
		return done(s.reset.SetNewPassword(ctx, v.text("password")))
	},
	"recover": func(s *session, v values) error {
		return done(s.reset.Restart(ctx, &idx.IdentifyRequest{Identifier: v.text("identifier")}))
	},
	"cancel": func(s *session, v values) error {
		err := done(s.reset.Cancel(ctx))
		s.canceled = err == nil
		return err
	},
}

func question(v values) *idx.SecurityQuestion {
	return &idx.SecurityQuestion{
		QuestionKey: v.text("questionKey"), Question: v.text("question"), Answer: v.text("answer"),
	}
}

func token(s *session, name string) error {
	access := ""
	switch {
	case name != "revoke" && name != "signOut": // to sign out is to revoke, as in Okta's sample
		return unsupported(name)
	case s.redeemed != nil:
		access = s.redeemed.AccessToken
	case s.token() != nil:
		access = s.token().AccessToken
	}
	err := s.client.RevokeToken(ctx, access)
	s.signedOut = err == nil
	return err
}
