package driver;

import com.fasterxml.jackson.databind.JsonNode;
import com.okta.idx.sdk.api.client.Authenticator;
import com.okta.idx.sdk.api.client.IDXAuthenticationWrapper;
import com.okta.idx.sdk.api.client.ProceedContext;
import com.okta.idx.sdk.api.model.AuthenticationOptions;
import com.okta.idx.sdk.api.model.Idp;
import com.okta.idx.sdk.api.model.TokenType;
import com.okta.idx.sdk.api.model.UserProfile;
import com.okta.idx.sdk.api.model.VerifyAuthenticatorOptions;
import com.okta.idx.sdk.api.request.WebAuthnRequest;
import com.okta.idx.sdk.api.response.AuthenticationResponse;
import com.okta.idx.sdk.api.response.TokenResponse;
import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One user in front of the SDK. What an app has to keep between two pages it keeps as Okta's sample does: where to
 * proceed, and the authenticators that were last offered. A response with errors has neither.
 */
final class Session {
    private static final Map<String, String> LABELS = Map.of(
            "email", "Email",
            "password", "Password",
            "phone", "Phone",
            "google_otp", "Google Authenticator",
            "webauthn", "Security Key or Biometric");

    private final JsonNode config;
    private final IDXAuthenticationWrapper wrapper;
    private ProceedContext context;
    private List<Authenticator> offered = List.of();
    private List<Idp> providers = List.of();
    private TokenResponse tokens;
    private String identifier; // given without a password: the SDK has one call for both

    /** A session, on the client of the one before it if that had the same configuration. */
    Session(JsonNode config, Session known) {
        this.config = config;
        if (known != null && known.config.equals(config)) {
            wrapper = known.wrapper;
            return;
        }
        Set<String> scopes = new LinkedHashSet<>();
        config.path("scopes").forEach(scope -> scopes.add(scope.asText()));
        wrapper = new IDXAuthenticationWrapper(
                text(config, "issuer"), text(config, "clientId"), text(config, "clientSecret"), scopes,
                text(config, "redirectUri"));
    }

    Map<String, Object> begin() {
        return taken(wrapper.begin());
    }

    /** Carries out one intent. */
    Map<String, Object> act(String verb, JsonNode values) {
        if (identifier != null && !verb.equals("identify")) {
            String held = identifier;
            identifier = null;
            if (verb.equals("answer password")) {
                return authenticated(held, text(values, "password"));
            }
            taken(wrapper.authenticate(new AuthenticationOptions(held, null), context));
        }
        switch (verb) {
            case "identify":
                if (values.has("password")) {
                    return authenticated(text(values, "identifier"), text(values, "password"));
                }
                identifier = text(values, "identifier");
                return Map.of("state", "input", "steps", List.of());
            case "register":
                return registered(values);
            case "recover":
                return taken(wrapper.recoverPassword(text(values, "identifier"), context));
            case "answer password":
            case "reset password":
                return answered(text(values, "password"));
            case "answer email":
            case "answer phone":
            case "answer google_otp":
                return answered(text(values, "code"));
            case "answer webauthn":
                return signed(values.has("attestation") ? values.get("attestation") : values.path("assertion"));
            case "skip":
                return taken(wrapper.skipAuthenticatorEnrollment(context));
            case "resend":
                return taken(wrapper.resend(context));
            case "cancel":
                taken(wrapper.cancel(context));
                return Map.of("state", "canceled");
            case "resume":
                return taken(wrapper.introspect(context.getClientContext()));
            case "idp":
                return redirected(values);
            default:
                return picked(verb, values);
        }
    }

    Map<String, Object> callback(String address) {
        for (String pair : URI.create(address).getRawQuery().split("&")) {
            if (pair.startsWith("interaction_code=")) {
                String code = pair.substring("interaction_code=".length());
                return taken(wrapper.fetchTokenWithInteractionCode(text(config, "issuer"), context, code));
            }
        }
        return View.raised("Driver", "no interaction_code came back"); // the SDK reads no callbacks
    }

    Map<String, Object> token(String verb) {
        if (!verb.equals("revoke") && !verb.equals("signOut")) { // to sign out is to revoke, as in Okta's sample
            throw new Driver.Unsupported(verb);
        }
        wrapper.revokeToken(TokenType.ACCESS_TOKEN, tokens.getAccessToken());
        return Map.of("state", "signedOut");
    }

    private Map<String, Object> authenticated(String name, String password) {
        return taken(wrapper.authenticate(new AuthenticationOptions(name, password.toCharArray()), context));
    }

    private Map<String, Object> answered(String answer) {
        return taken(wrapper.verifyAuthenticator(context, new VerifyAuthenticatorOptions(answer)));
    }

    private Map<String, Object> signed(JsonNode credentials) {
        WebAuthnRequest request = new WebAuthnRequest();
        request.clientData = text(credentials, "clientData");
        request.attestation = text(credentials, "attestation");
        request.authenticatorData = text(credentials, "authenticatorData");
        request.signatureData = text(credentials, "signatureData");
        return taken(wrapper.verifyWebAuthn(context, request));
    }

    private Map<String, Object> registered(JsonNode values) {
        AuthenticationResponse form = wrapper.fetchSignUpFormValues(context);
        if (!form.getErrors().isEmpty()) {
            return taken(form);
        }
        UserProfile profile = new UserProfile();
        values.fields().forEachRemaining(each -> profile.addAttribute(each.getKey(), each.getValue().asText()));
        return taken(wrapper.register(form.getProceedContext(), profile));
    }

    private Map<String, Object> redirected(JsonNode values) {
        for (Idp provider : providers) {
            if (provider.getType().equals(text(values, "type"))) {
                return Map.of("state", "input", "redirect", provider.getHref());
            }
        }
        return View.raised("Driver", "the SDK shows no such identity provider");
    }

    /** `select X` and `enroll X`, which the SDK carries out on the authenticators that it has shown. */
    private Map<String, Object> picked(String verb, JsonNode values) {
        String[] words = verb.split(" ", 2);
        String label = words.length == 2 ? LABELS.get(words[1]) : null;
        boolean enrolls = words[0].equals("enroll");
        if (label == null || !(enrolls || words[0].equals("select"))) {
            throw new Driver.Unsupported(verb);
        }
        Authenticator authenticator = offered.stream()
                .filter(each -> each.getLabel().equals(label)).findFirst()
                .orElseThrow(() -> new IllegalStateException("the SDK shows no authenticator " + label));
        if (!enrolls) {
            return authenticator.getFactors().size() > 1
                    ? taken(wrapper.selectFactor(context, factor(authenticator, text(values, "method"))))
                    : taken(wrapper.selectAuthenticator(context, authenticator));
        }
        if (values.has("phone")) {
            Authenticator.Factor factor = factor(authenticator, text(values, "method"));
            taken(wrapper.enrollAuthenticator(context, factor));
            return taken(wrapper.submitPhoneAuthenticator(context, text(values, "phone"), factor));
        }
        Map<String, Object> view = taken(wrapper.enrollAuthenticator(context, authenticator.getId()));
        return values.has("password") ? answered(text(values, "password")) : view;
    }

    private static Authenticator.Factor factor(Authenticator authenticator, String method) {
        return authenticator.getFactors().stream()
                .filter(each -> each.getMethod().equals(method)).findFirst()
                .orElseThrow(() -> new IllegalStateException("the SDK shows no method " + method));
    }

    private Map<String, Object> taken(AuthenticationResponse response) {
        if (response.getProceedContext() != null) {
            context = response.getProceedContext();
            providers = response.getIdps();
        }
        if (response.getAuthenticators() != null) {
            offered = response.getAuthenticators();
        }
        if (response.getTokenResponse() != null) {
            tokens = response.getTokenResponse();
        }
        return new HashMap<>(View.of(response));
    }

    private static String text(JsonNode node, String name) {
        return node.hasNonNull(name) ? node.get(name).asText() : null;
    }
}
