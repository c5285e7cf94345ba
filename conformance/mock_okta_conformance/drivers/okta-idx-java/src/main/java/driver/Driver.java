package driver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.okta.idx.sdk.api.client.IDXAuthenticationWrapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Drives okta-idx-java for the conformance suite: one JSON message a line on stdin, one reply a line on stdout.
 *
 * <p>The SDK is used as its sample app does. Nothing is repaired on the way.
 */
public final class Driver {
    private static final List<String> CAPABILITIES = List.of(
            "confidential", "public", "tls", "flow.recover", "flow.register", "auth.email", "auth.phone",
            "auth.google_otp", "auth.webauthn", "callback", "idp", "token.revoke", "resume");

    static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Session> sessions = new HashMap<>();

    public static void main(String[] arguments) throws Exception {
        PrintStream replies = new PrintStream(System.out, true, "UTF-8");
        System.setOut(System.err); // what libraries print is no reply
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Driver driver = new Driver();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JsonNode message = JSON.readTree(line);
            Map<String, Object> reply = new HashMap<>(driver.answer(message));
            reply.put("id", message.get("id"));
            replies.println(JSON.writeValueAsString(reply));
        }
        System.exit(0); // the SDK's HTTP client keeps threads
    }

    private Map<String, Object> answer(JsonNode message) {
        String op = message.path("op").asText();
        Session session = sessions.get(message.path("session").asText());
        try {
            switch (op) {
                case "hello":
                    return hello();
                case "start":
                    return Map.of("view", start(message, session));
                case "act":
                    return Map.of("view", session.act(message.path("do").asText(), message.path("values")));
                case "callback":
                    return Map.of("view", session.callback(message.path("url").asText()));
                case "token":
                    return Map.of("view", session.token(message.path("do").asText()));
                case "end":
                    sessions.remove(message.path("session").asText());
                    return Map.of();
                default:
                    throw new Unsupported(op);
            }
        } catch (Unsupported missing) {
            return Map.of("unsupported", missing.getMessage());
        } catch (RuntimeException raised) { // the SDK's own, checked ones it turns into errors of a response
            raised.printStackTrace();
            return Map.of("view", View.raised(raised.getClass().getSimpleName(), String.valueOf(raised.getMessage())));
        }
    }

    private static Map<String, Object> hello() {
        return Map.of(
                "protocol", 1, "name", "okta-idx-java", "version", version(), "language", "java",
                "capabilities", CAPABILITIES, "sessions", 16);
    }

    /** The version in the name of the jar that the SDK came in: its manifest has none. */
    private static String version() {
        String jar = IDXAuthenticationWrapper.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        return jar.replaceAll("^.*/okta-idx-java-api-|\\.jar$", "");
    }

    private Map<String, Object> start(JsonNode message, Session known) {
        String flow = message.path("flow").asText();
        if (flow.equals("unlock")) {
            throw new Unsupported("flow unlock");
        }
        JsonNode params = message.path("params");
        if (params.has("activationToken") || params.has("recoveryToken")) {
            throw new Unsupported("activationToken, recoveryToken");
        }
        Session session = new Session(message.path("config"), known);
        sessions.put(message.path("session").asText(), session);
        return session.begin();
    }

    /** A verb that the SDK has no call for. */
    static final class Unsupported extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unsupported(String verb) {
            super(verb);
        }
    }
}
