// The pages, as text.

const WIDGETS = {
  gen2: { script: 'okta-sign-in.min.js', stylesheet: 'okta-sign-in.min.css' },
  gen3: {
    script: 'okta-sign-in.next.js',
    stylesheet: 'okta-sign-in.next.css',
    // Without authScheme it does nothing with the interaction code; without redirect here, in the constructor, it hands
    // the code to the page, whatever method showed it.
    more: { authScheme: 'oauth2', redirect: 'always' },
  },
};

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (value) => String(value).replace(/[&<>"']/g, (character) => ENTITIES[character]);

// JSON inside a script element: only "</script>" and "<!--" could end or open anything there.
const asScript = (value) => JSON.stringify(value).replaceAll('<', '\\u003c');

function page(title, content, head = '') {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escaped(title)}</title>
    <link rel="icon" href="data:,">
    <style>
      body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: #1d1d21; background: #f4f4f6; }
      .card { max-width: 36rem; margin: 4rem auto; padding: 1rem 2rem 2rem; background: #fff; border: 1px solid #d7d7dc; }
      th { padding-right: 2rem; text-align: left; }
      .button { display: inline-block; margin-top: 1rem; padding: .5rem 1.5rem; border: 0; font: inherit; color: #fff;
        background: #1662dd; text-decoration: none; cursor: pointer; }
    </style>
    ${head}
  </head>
  <body>${content}</body>
</html>`;
}

export function welcomePage() {
  return page('Acme', `<main class="card">
    <h1>Acme</h1>
    <p>You are not signed in.</p>
    <a class="button" href="/login">Sign in</a>
  </main>`);
}

export function profilePage(userinfo) {
  const rows = Object.entries(userinfo).map(([name, value]) => (
    `<tr><th scope="row">${escaped(name)}</th><td data-claim="${escaped(name)}">${escaped(value)}</td></tr>`
  ));
  return page('Your profile', `<main class="card">
    <h1>Hello, ${escaped(userinfo.given_name ?? userinfo.sub)}</h1>
    <table>${rows.join('')}</table>
    <form method="post" action="/logout"><button class="button">Sign out</button></form>
  </main>`);
}

export function loginPage(generation, options) {
  const { script, stylesheet, more } = WIDGETS[generation];
  return page('Sign in', `<main id="widget"></main>
    <script src="/sdk/js/${script}"></script>
    <script>
      new OktaSignIn(${asScript({ ...options, ...more })}).showSignInAndRedirect({ el: '#widget' }).catch((error) => console.error(error));
    </script>`, `<link rel="stylesheet" href="/sdk/css/${stylesheet}">`);
}

export function errorPage(heading, sentence) {
  return page(heading, `<main class="card">
    <h1>${escaped(heading)}</h1>
    <p role="alert">${escaped(sentence)}</p>
    <a class="button" href="/login">Try again</a>
  </main>`);
}
