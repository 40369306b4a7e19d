# Two stages: the first builds one static program, the second holds nothing else.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w -X main.stamped=${VERSION}" -o /frontdesk ./cmd/frontdesk

FROM scratch
COPY --from=build /frontdesk /frontdesk
# Nobody, without a name: the image has no users. It writes nothing, so run it
# with a read-only root: docker run --rm --read-only -p 8080:8080 frontdesk
USER 65532:65532
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s CMD ["/frontdesk", "healthcheck"]
ENTRYPOINT ["/frontdesk"]
