//go:build !v0_2_2

package main

import (
	"net/url"

	idx "github.com/okta/okta-idx-golang"
)

var furtherCapabilities = []string{
	"auth.google_otp", "auth.okta_verify", "auth.security_question", "auth.webauthn", "poll", "callback", "idp",
}

var furtherSigningIn = map[string]verb{
	"enroll google_otp": func(s *session, v values) error { return done(s.login.GoogleAuthInitialVerify(ctx)) },
	"select google_otp": func(s *session, v values) error { return nil }, // GoogleAuthConfirm answers the page that is open
	"answer google_otp": func(s *session, v values) error { return done(s.login.GoogleAuthConfirm(ctx, v.text("code"))) },
	"enroll security_question": func(s *session, v values) error {
		if _, _, err := s.login.SecurityQuestionOptions(ctx); err != nil {
			return err
		}
		return done(s.login.SecurityQuestionSetup(ctx, question(v)))
	},
	"enroll webauthn": func(s *session, v values) error { return done(s.login.WebAuthNSetup(ctx)) },
	"select webauthn": func(s *session, v values) error { return done(s.login.WebAuthNChallenge(ctx)) },
	"answer webauthn": func(s *session, v values) error {
		if made := v.object("attestation"); made != nil {
			return done(s.login.WebAuthNInitialVerify(ctx, attestation(made)))
		}
		signed := v.object("assertion")
		return done(s.login.WebAuthNVerify(ctx, &idx.WebAuthNChallengeCredentials{
			ClientData:        signed.text("clientData"),
			AuthenticatorData: signed.text("authenticatorData"),
			SignatureData:     signed.text("signatureData"),
		}))
	},
	"select okta_verify": func(s *session, v values) error {
		if v.text("method") == "totp" {
			return nil // OktaVerifyConfirm selects and answers
		}
		return done(s.login.OktaVerify(ctx)) // polls until it is decided
	},
	"answer okta_verify": func(s *session, v values) error { return done(s.login.OktaVerifyConfirm(ctx, v.text("code"))) },
	"reset password":     func(s *session, v values) error { return done(s.login.SetNewPassword(ctx, v.text("password"))) },
	"skip":               func(s *session, v values) error { return done(s.login.Skip(ctx)) },
}

var furtherEnrolling = map[string]verb{
	"enroll google_otp": func(s *session, v values) error { return done(s.enrollment.GoogleAuthInit(ctx)) },
	"answer google_otp": func(s *session, v values) error {
		return done(s.enrollment.GoogleAuthConfirm(ctx, v.text("code")))
	},
	"enroll webauthn": func(s *session, v values) error { return done(s.enrollment.WebAuthNSetup(ctx)) },
	"answer webauthn": func(s *session, v values) error {
		return done(s.enrollment.WebAuthNVerify(ctx, attestation(v.object("attestation"))))
	},
	"enroll okta_verify": func(s *session, v values) error {
		switch channel := idx.OktaVerifyOption(v.text("channel")); channel {
		case idx.OktaVerifyOptionEmail:
			return done(s.enrollment.OktaVerifyEmailInit(ctx, v.text("email")))
		case idx.OktaVerifyOptionSms:
			return done(s.enrollment.OktaVerifySMSInit(ctx, v.text("phone")))
		default:
			return done(s.enrollment.OktaVerifyInit(ctx, channel))
		}
	},
	"poll": func(s *session, v values) error {
		_, _, err := s.enrollment.OktaVerifyContinuePolling(ctx)
		return err
	},
}

func attestation(v values) *idx.WebAuthNVerifyCredentials {
	return &idx.WebAuthNVerifyCredentials{Attestation: v.text("attestation"), ClientData: v.text("clientData")}
}

func begin(client *idx.Client, params values) (*idx.LoginResponse, error) {
	tokens := idx.AuthenticationOptions{
		ActivationToken: params.text("activationToken"), RecoveryToken: params.text("recoveryToken"),
	}
	if tokens.ActivationToken == "" && tokens.RecoveryToken == "" {
		return client.InitLogin(ctx)
	}
	return client.Authenticate(ctx, &tokens)
}

// callback redeems the code that came back. What else is in the address, `state` first, the SDK does not look at.
func callback(s *session, address string) error {
	parts, err := url.Parse(address)
	if err != nil {
		return err
	}
	code := parts.Query().Get("interaction_code")
	s.redeemed, err = s.client.RedeemInteractionCode(ctx, s.login.Context(), code)
	return err
}

func (s *session) contextualData() any {
	switch {
	case s.login != nil && s.login.ContextualData() != nil:
		return s.login.ContextualData()
	case s.enrollment != nil && s.enrollment.ContextualData() != nil:
		return s.enrollment.ContextualData()
	}
	return nil
}
