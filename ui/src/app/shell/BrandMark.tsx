/** The sign of the product: a lane over a hub. */
export function BrandMark({ size }: { size: number }) {
  return <img src="/favicon.svg" width={size} height={size} alt="" aria-hidden />;
}
