// What a person answers to each authenticator, as the SDK takes it.
import { createHmac } from 'node:crypto';
import { OktaAuth } from '@okta/okta-auth-js';
import { sentCode, settings } from './client.mjs';
import { SoftKey } from './soft_key.mjs';

const { webauthn } = OktaAuth;
const key = new SoftKey(new URL(settings.redirectUri).origin);

let shared = settings.secret;
let periods = 0;

// Each code is from the next period: no code works twice, and the org takes those of a neighbouring period.
function codeOf(secret) {
  const digest = createHmac('sha1', base32(secret)).update(counter(Math.floor(Date.now() / 30_000) + periods)).digest();
  periods += 1;
  const number = digest.readUInt32BE(digest.at(-1) & 0xf) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

function counter(number) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(number));
  return bytes;
}

function base32(text) {
  const bits = [...text].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

const answers = {
  okta_password: () => ({ password: settings.password }),
  okta_email: async () => ({ verificationCode: await sentCode() }),
  phone_number: async () => ({ verificationCode: await sentCode() }),
  security_question: ({ contextualData }) => ({
    ...(!contextualData?.enrolledQuestion && { questionKey: 'disliked_food' }),
    answer: 'artichokes',
  }),
  google_otp: ({ contextualData }) => {
    shared = contextualData?.sharedSecret ?? shared;
    return { verificationCode: codeOf(shared) };
  },
  okta_verify: () => ({ verificationCode: codeOf(shared) }),
  webauthn: ({ contextualData: { activationData, challengeData } }, enrollments) => (activationData
    ? webauthn.getAttestation(key.create(webauthn.buildCredentialCreationOptions(activationData, enrollments)))
    : webauthn.getAssertion(key.get(webauthn.buildCredentialRequestOptions(challengeData, enrollments)))
  ),
};

// The authenticator that a page is about; step by step the SDK leaves it where the org has put it.
export const askedBy = ({ nextStep }) => nextStep?.authenticator ?? nextStep?.relatesTo?.value;

export const answerTo = (page) => {
  const asked = askedBy(page);
  return answers[asked.key](asked, page.context.authenticatorEnrollments?.value);
};

// From a page on: picks the authenticator if there is a list, says how it is to be used if that is asked, and answers.
// Returns the pages it saw.
export async function prove(auth, page, { authenticator, ...how }) {
  const pages = [page];
  const go = async (values) => pages.push(await auth.idx.proceed({ step: pages.at(-1).nextStep.name, ...values }));
  if (page.nextStep.name.startsWith('select-authenticator')) await go({ authenticator });
  if (pages.at(-1).nextStep.name.endsWith('-data')) await go({ authenticator, ...how });
  await go(await answerTo(pages.at(-1)));
  return pages;
}
