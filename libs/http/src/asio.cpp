// Asio's own code, compiled once here (BOOST_ASIO_SEPARATE_COMPILATION) and not in every file of
// this library.
#include <boost/asio/impl/src.hpp>
