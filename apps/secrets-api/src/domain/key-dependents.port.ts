export interface KeyDependents {
  /** Secrets with at least one version under the key. */
  secrets: number;
  /** Material without versions is left out. In its order. */
  materials: MaterialDependents[];
}

export interface MaterialDependents {
  materialVersion: number;
  versions: number;
}

export interface KeyDependentsReader {
  /** Of all accounts. @throws RequestTimeoutException if there are too many to count within the deadline */
  find(keyId: string, deadline: number): Promise<KeyDependents>;
}
