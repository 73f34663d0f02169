/** Turns passwords of people who sign in into hashes, and checks them. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** Without a hash it takes as long as with one, and answers false. */
  verify(password: string, hash: string | undefined): Promise<boolean>;
}
