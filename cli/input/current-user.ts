import { userInfo } from 'node:os';

/** The user's login, or nothing where the system does not know it. */
export function currentUser(): string | undefined {
  try {
    const { username } = userInfo();
    return username === '' || username.length > 256 ? undefined : username;
  } catch {
    // No entry in the password file, as in many containers.
    return undefined;
  }
}
