// Verifies tokens with Okta's verifier for Go, which fetches the keys by itself. One JSON object a line on stdin: issuer,
// clientId, audience, and tokens, each of a kind ("id" or "access"). One a line on stdout: what came of each.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"os"

	verifier "github.com/okta/okta-jwt-verifier-golang/v2"
)

type question struct {
	ID       int
	Issuer   string
	ClientID string
	Audience string
	Tokens   []struct{ Kind, Token string }
}

type outcome struct {
	Claims  map[string]any `json:"claims,omitempty"`
	Refused string         `json:"refused,omitempty"`
}

func main() {
	lines, replies := bufio.NewReader(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var asked question
		if err := json.Unmarshal(line, &asked); err != nil {
			log.Fatal(err)
		}
		if err := replies.Encode(map[string]any{"id": asked.ID, "outcomes": outcomes(asked)}); err != nil {
			log.Fatal(err)
		}
	}
}

func outcomes(asked question) []outcome {
	verify := map[string]func(string) (*verifier.Jwt, error){
		"id":     of(asked.Issuer, map[string]string{"aud": asked.ClientID}).VerifyIdToken,
		"access": of(asked.Issuer, map[string]string{"aud": asked.Audience, "cid": asked.ClientID}).VerifyAccessToken,
	}
	all := make([]outcome, len(asked.Tokens))
	for index, each := range asked.Tokens {
		verified, err := verify[each.Kind](each.Token)
		if err != nil {
			all[index].Refused = err.Error()
		} else {
			all[index].Claims = verified.Claims
		}
	}
	return all
}

func of(issuer string, claims map[string]string) *verifier.JwtVerifier {
	made, err := (&verifier.JwtVerifier{Issuer: issuer, ClaimsToValidate: claims}).New()
	if err != nil {
		log.Fatal(err)
	}
	return made
}
