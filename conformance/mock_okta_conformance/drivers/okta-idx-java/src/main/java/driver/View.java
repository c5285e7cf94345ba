package driver;

import com.okta.idx.sdk.api.model.ContextualData;
import com.okta.idx.sdk.api.response.AuthenticationResponse;
import com.okta.idx.sdk.api.response.TokenResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the user would see, as the adapter protocol writes it. */
final class View {
    private View() {}

    static Map<String, Object> of(AuthenticationResponse response) {
        if (response.getTokenResponse() != null) {
            return Map.of("state", "success", "tokens", tokens(response.getTokenResponse()));
        }
        List<String> errors = response.getErrors();
        if (response.getProceedContext() == null && !errors.isEmpty()) {
            return raised("AuthenticationResponse", String.join("\n", errors));
        }
        Map<String, Object> view = new HashMap<>();
        view.put("state", response.getProceedContext() == null ? "terminal" : "input");
        if (response.getAuthenticationStatus() != null) {
            view.put("steps", List.of(response.getAuthenticationStatus().toString()));
        }
        view.put("messages", errors.stream().map(text -> Map.of("text", text)).collect(Collectors.toList()));
        if (response.getContextualData() != null) {
            view.put("contextualData", contextualData(response.getContextualData()));
        }
        return view;
    }

    static Map<String, Object> raised(String type, String text) {
        return Map.of("state", "error", "error", Map.of("type", type, "text", text));
    }

    private static Map<String, Object> tokens(TokenResponse response) {
        Map<String, Object> tokens = new HashMap<>();
        tokens.put("accessToken", response.getAccessToken());
        tokens.put("idToken", response.getIdToken());
        tokens.put("refreshToken", response.getRefreshToken());
        tokens.put("scope", response.getScope());
        return tokens;
    }

    /** What an authenticator app or a security key needs of a page. */
    private static Map<String, Object> contextualData(ContextualData shown) {
        Map<String, Object> data = new HashMap<>();
        data.put("sharedSecret", shown.getSharedSecret());
        data.put("activationData", shown.getActivationData());
        data.put("challengeData", shown.getChallengeData());
        return data;
    }
}
