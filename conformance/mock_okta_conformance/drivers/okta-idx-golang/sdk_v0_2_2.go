//go:build v0_2_2

package main

import idx "github.com/okta/okta-idx-golang"

var furtherCapabilities = []string{}

var furtherSigningIn = map[string]verb{
	"select okta_verify": func(s *session, v values) error { return done(s.login.OktaVerify(ctx)) },
}

var furtherEnrolling = map[string]verb{
	"enroll okta_verify": func(s *session, v values) error {
		return done(s.enrollment.OktaVerify(ctx, idx.OktaVerifyOption(v.text("channel"))))
	},
}

func begin(client *idx.Client, params values) (*idx.LoginResponse, error) {
	if params.text("activationToken") != "" || params.text("recoveryToken") != "" {
		return nil, unsupported("activationToken, recoveryToken")
	}
	return client.InitLogin(ctx)
}

// callback has nothing to redeem a code with: the SDK keeps the code verifier of a sign-in to itself.
func callback(s *session, address string) error { return unsupported("callback") }

func (s *session) contextualData() any { return nil }
