# not <- function() {
library(torch)

train <- function(x, y = c(1, 2),
                  ...) {
  text <- "a { brace"
  inner <- function(z) z + 1
  if (x > 1) { return(inner(y)) } else { 'it"s' }
}
area = \(shape) shape$width *
  shape$height
print.shape <- function(x) {
  cat("}")
}
values <- c(1, 2)
