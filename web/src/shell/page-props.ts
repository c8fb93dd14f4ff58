/** What each page is given of the address that it stands for. */
export interface PageProps {
  /** What stands behind the route: "ltm pool". */
  readonly rest: string;
  readonly query: URLSearchParams;
}
