# syntax=docker/dockerfile:1
# Two images: `docker build --target operator .` and `docker build --target limiter .`; buildx builds amd64 and arm64.
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
ARG TARGETARCH
ARG VERSION=0.1.0
WORKDIR /source
COPY . .

FROM build AS build-operator
RUN dotnet publish src/Operator --configuration Release --os linux --arch $TARGETARCH -p:Version=$VERSION --output /out

FROM build AS build-limiter
RUN dotnet publish src/Operator.Limiter --configuration Release --os linux --arch $TARGETARCH -p:Version=$VERSION --output /out

# Without a shell; the `extra` variant holds the time zones that bulk windows are given in.
FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled-extra AS base
WORKDIR /app
USER 65532:65532
ENV DOTNET_EnableDiagnostics=0

FROM base AS limiter
# One pool of the C library's memory for all threads: hardly any of them asks for it, and each pool keeps a megabyte.
# The compiler's blocks, of 64 KB and more, go back to the system when they are free, not when those around them are.
ENV MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=49152
COPY --from=build-limiter /out .
ENTRYPOINT ["/app/Operator.Limiter"]

FROM base AS operator
# Bytes of new objects between two collections, hexadecimal: each collection copies the last reports of all limiters.
ENV DOTNET_GCgen0size=0x4000000
COPY --from=build-operator /out .
ENTRYPOINT ["/app/claude-operator"]
