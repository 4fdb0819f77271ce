type Navigate = (path: string) => void;

let navigate: Navigate = (path) => window.location.assign(path);

/** Lets `goTo` use the router, which imports all pages and so cannot be imported by them. */
export const setNavigate = (by: Navigate): void => void (navigate = by);

/** Goes to an address of the console, for what is no component. Components use `Link` and `useNavigate`. */
export const goTo = (path: string): void => navigate(path);
