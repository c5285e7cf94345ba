package verifier;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.okta.jwt.AccessTokenVerifier;
import com.okta.jwt.IdTokenVerifier;
import com.okta.jwt.Jwt;
import com.okta.jwt.JwtVerificationException;
import com.okta.jwt.JwtVerifiers;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Verifies tokens with Okta's verifier for Java, which fetches the keys by itself. One JSON object a line on stdin: issuer,
 * clientId, audience, and tokens, each of a kind ("id" or "access"). One a line on stdout: what came of each.
 */
public final class Verifier {
    private Verifier() {}

    public static void main(String[] arguments) throws Exception {
        ObjectMapper json = new ObjectMapper();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JsonNode asked = json.readTree(line);
            System.out.println(json.writeValueAsString(Map.of("id", asked.get("id"), "outcomes", outcomes(asked))));
        }
        System.exit(0); // the HTTP client keeps threads
    }

    private static List<Map<String, Object>> outcomes(JsonNode asked) {
        String issuer = asked.get("issuer").asText();
        IdTokenVerifier idTokens = JwtVerifiers.idTokenVerifierBuilder()
                .setIssuer(issuer).setClientId(asked.get("clientId").asText()).build();
        AccessTokenVerifier accessTokens = JwtVerifiers.accessTokenVerifierBuilder()
                .setIssuer(issuer).setAudience(asked.get("audience").asText()).build();
        List<Map<String, Object>> outcomes = new ArrayList<>();
        for (JsonNode each : asked.get("tokens")) {
            String token = each.get("token").asText();
            boolean isIdToken = each.get("kind").asText().equals("id");
            try {
                Jwt verified = isIdToken ? idTokens.decode(token, null) : accessTokens.decode(token);
                outcomes.add(Map.of("claims", verified.getClaims()));
            } catch (JwtVerificationException refusal) {
                outcomes.add(Map.of("refused", refusal.getMessage() + ": " + refusal.getCause()));
            }
        }
        return outcomes;
    }
}
