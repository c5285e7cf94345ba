// Sessions in memory, found by a cookie that holds nothing but a random id.
import { randomBytes } from 'node:crypto';

const COOKIE = 'session';
const sessions = new Map();

const newId = () => randomBytes(32).toString('base64url');

function cookieOf(req) {
  const pairs = (req.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return Object.fromEntries(pairs)[COOKIE];
}

function bind(req, res, values) {
  const id = newId();
  sessions.set(id, values);
  req.session = values;
  req.sessionId = id;
  res.cookie(COOKIE, id, { httpOnly: true, sameSite: 'lax' });
}

export function withSession(req, res, next) {
  const id = cookieOf(req);
  if (id && sessions.has(id)) {
    req.session = sessions.get(id);
    req.sessionId = id;
  } else {
    bind(req, res, {});
  }
  next();
}

// After signing in the session goes by another id, so that one planted beforehand leads nowhere.
export function renewSession(req, res) {
  sessions.delete(req.sessionId);
  bind(req, res, req.session);
}

export function endSession(req, res) {
  sessions.delete(req.sessionId);
  res.clearCookie(COOKIE);
}
