/** Turns passwords of people who sign in into hashes, and checks them. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  verify(password: string, hash: string): Promise<boolean>;
}
