// A security key in software, and the browser around it: what `navigator.credentials` is to a page.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const HAS_CREDENTIAL = 0x40;

const sha256 = (data) => createHash('sha256').update(data).digest();

function uint32(number) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
}

// COSE: an ECDSA key (2) for ES256 (-7) on P-256 (1).
function coseKey(publicKey) {
  const { x, y } = publicKey.export({ format: 'jwk' });
  const coordinate = (value) => Buffer.concat([Buffer.from('5820', 'hex'), Buffer.from(value, 'base64url')]);
  return Buffer.concat([Buffer.from('a5010203262001', 'hex'), Buffer.from('21', 'hex'), coordinate(x), Buffer.from('22', 'hex'), coordinate(y)]);
}

// CBOR: {"fmt": "none", "attStmt": {}, "authData": data}, the data being longer than 255 bytes or not.
function attestationObject(data) {
  const length = data.length < 256 ? [0x58, data.length] : [0x59, data.length >> 8, data.length & 0xff];
  return Buffer.concat([
    Buffer.from([0xa3, 0x63]), Buffer.from('fmt'), Buffer.from([0x64]), Buffer.from('none'),
    Buffer.from([0x67]), Buffer.from('attStmt'), Buffer.from([0xa0]),
    Buffer.from([0x68]), Buffer.from('authData'), Buffer.from(length), data,
  ]);
}

// The ArrayBuffer of these bytes alone: a Buffer may be part of a larger one.
const asBuffer = (bytes) => new Uint8Array(bytes).buffer;

export class SoftKey {
  #credentials = [];
  #signed = 0;

  constructor(origin) {
    this.origin = origin;
  }

  // As `navigator.credentials.create`.
  create({ publicKey: { rp, challenge } }) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const credential = { id: randomBytes(32), rpId: rp.id ?? this.#host, privateKey };
    this.#credentials.push(credential);
    const about = Buffer.concat([Buffer.alloc(16), Buffer.from([0, credential.id.length]), credential.id, coseKey(publicKey)]);
    return {
      id: credential.id.toString('base64url'),
      response: {
        clientDataJSON: asBuffer(this.#clientData('webauthn.create', challenge)),
        attestationObject: asBuffer(attestationObject(this.#data(credential.rpId, HAS_CREDENTIAL, about))),
        getTransports: () => ['internal', 'hybrid'],
      },
    };
  }

  // As `navigator.credentials.get`.
  get({ publicKey: { rpId, challenge, allowCredentials } }) {
    const allowed = allowCredentials.map(({ id }) => Buffer.from(id).toString('base64url'));
    const credential = this.#credentials.find(({ id }) => allowed.includes(id.toString('base64url')));
    this.#signed += 1;
    const clientData = this.#clientData('webauthn.get', challenge);
    const data = this.#data(rpId ?? this.#host);
    const signature = sign('sha256', Buffer.concat([data, sha256(clientData)]), credential.privateKey);
    return {
      id: credential.id.toString('base64url'),
      response: {
        clientDataJSON: asBuffer(clientData),
        authenticatorData: asBuffer(data),
        signature: asBuffer(signature),
      },
    };
  }

  get #host() {
    return new URL(this.origin).hostname;
  }

  #clientData(type, challenge) {
    return Buffer.from(JSON.stringify({
      type,
      challenge: Buffer.from(challenge).toString('base64url'),
      origin: this.origin,
      crossOrigin: false,
    }));
  }

  #data(rpId, flag = 0, about = Buffer.alloc(0)) {
    const flags = Buffer.from([USER_PRESENT | USER_VERIFIED | flag]);
    return Buffer.concat([sha256(rpId), flags, uint32(this.#signed), about]);
  }
}
