import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { AppError } from '../../kernel/errors.ts';

const NONCE_OCTETS = 12;
const TAG_OCTETS = 16;

/** Encrypts secrets at rest with AES-256-GCM; sealed form: nonce (12) + tag (16) + ciphertext. */
export class SecretBox {
  /** Identifies APP_KEY without revealing it; kept in the database so that a wrong key stops the start. */
  readonly fingerprint: Buffer;
  readonly #key: Buffer;
  readonly #appKey: Buffer;

  /** `appKey` is the 32 octets of APP_KEY. */
  constructor(appKey: Buffer) {
    this.#appKey = appKey;
    this.#key = derive(appKey, 'secrets at rest');
    this.fingerprint = createHash('sha256').update(derive(appKey, 'fingerprint')).digest();
  }

  /** Encrypts text or octets. */
  seal(plain: string | Buffer): Buffer {
    const nonce = randomBytes(NONCE_OCTETS);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    const body = cipher.update(typeof plain === 'string' ? Buffer.from(plain, 'utf8') : plain);
    cipher.final();
    return Buffer.concat([nonce, cipher.getAuthTag(), body]);
  }

  /** Decrypts what `seal` made; throws `secret_unreadable` when the key is another one or the data was altered. */
  open(sealed: Buffer): Buffer {
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key, sealed.subarray(0, NONCE_OCTETS));
      decipher.setAuthTag(sealed.subarray(NONCE_OCTETS, NONCE_OCTETS + TAG_OCTETS));
      const plain = decipher.update(sealed.subarray(NONCE_OCTETS + TAG_OCTETS));
      decipher.final();
      return plain;
    } catch (cause) {
      throw new AppError(
        'unavailable',
        'secret_unreadable',
        'A stored secret cannot be decrypted: APP_KEY is not the key it was sealed with.',
        { cause },
      );
    }
  }

  /** A key of 32 octets for another purpose, bound to this installation's APP_KEY. */
  deriveKey(purpose: string): Buffer {
    return derive(this.#appKey, purpose);
  }
}

function derive(appKey: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', appKey, 'netflow-isp', purpose, 32));
}
